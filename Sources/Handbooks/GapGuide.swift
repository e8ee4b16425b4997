package import Records
import StrictYAML

/// What a service quality gap comes from and what closes it, 服务质量差距. (domain: quality gaps.)
package struct GapGuide: Hashable, Sendable {
    /// 1 customer, 2 promise, 3 performance, 4 communication, 5 expectation against perception.
    package var number: Int
    package var term: Term
    /// At least one.
    package var causes: [Cause]

    /// A cause with its remedy.
    package struct Cause: Hashable, Sendable {
        package var code: String
        package var term: Term
        package var remedy: Term
    }
}

extension Handbook {
    /// The gap of that number, if the handbook describes it.
    package func gap(_ number: Int) -> GapGuide? { gaps.first { $0.number == number } }

    /// The gap that complaints of a category most often come from: the category's own, or that of the nearest one above it.
    package func suspectedGap(ofCategory code: String) -> GapGuide? {
        lineage(code).lazy.compactMap(\.gap).first.flatMap(gap)
    }
}

extension GapGuide {
    /// The numbers that gaps have.
    static let numbers = 1...5

    init(_ reader: inout YAMLReader) {
        reader.require("number", "zh", "en", "causes")
        number = reader.integer("number", in: Self.numbers) ?? 1
        term = reader.term()
        causes = reader.objects("causes") { Cause(&$0) } ?? []
        Handbook.checkUnique(causes.map(\.code), "causes", &reader)
        if causes.isEmpty, reader.has("causes") { reader.refuse("causes", "must name at least one cause") }
    }
}

extension GapGuide.Cause {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "remedy")
        code = reader.code("code") ?? ""
        term = reader.term()
        remedy = reader.term("remedy") ?? Term("", "")
    }
}
