package import Records
import StrictYAML

/// Who is told of a case that stays open, a level higher each time, 升级阶梯. (domain: time limits, "escalation ladder".)
package struct EscalationLadder: Hashable, Sendable {
    /// The grade whose cases climb it.
    package var grade: Grade
    /// The lowest first; each is reached later than the one before.
    package var rungs: [Rung]

    /// One level.
    package struct Rung: Hashable, Sendable {
        /// Stable, lower-case ASCII: what flags carry.
        package var code: String
        /// Who is told there, for example the branch manager.
        package var term: Term
        /// Counted from the moment the complaint was made.
        package var after: Span
    }
}

extension EscalationLadder {
    init(_ reader: inout YAMLReader) {
        reader.require("grade", "rungs")
        grade = reader.word("grade") ?? .ordinary
        rungs = reader.objects("rungs") { Rung(&$0) } ?? []
        Handbook.checkUnique(rungs.map(\.code), "rungs", &reader)
        for (index, pair) in zip(rungs, rungs.dropFirst()).enumerated()
        where pair.1.after.leastDuration <= pair.0.after.leastDuration {
            reader.refuse("rungs", at: index + 1, "must be reached later than the one before it")
        }
    }
}

extension EscalationLadder.Rung {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "after")
        code = reader.code("code") ?? ""
        term = reader.term()
        after = reader.span("after") ?? .months(1)
    }
}
