import Foundation
package import Records

/// Whose personal parts are to be gone, by the erasures that have effect. The same erasures say the same, whatever their order.
///
/// | a record | goes |
/// |---|---|
/// | that an erasure names | whenever it was written down |
/// | under one of its tokens; a step or a visit of a complaint that it names; an amendment of a record that it names | when it was written down before the erasure |
/// | any other | never |
///
/// The second row takes what had not arrived when the erasure was written, at a branch that was out of reach or in a carried
/// log. Whoever comes back as a customer afterwards is written down anew.
package struct Erasures: Sendable {
    /// One erasure, as far as it reaches beyond the records that it names.
    private struct Reach: Sendable {
        var erasure: RecordID
        var until: Timestamp
    }

    private var named: [RecordID: Reach] = [:]
    private var tokens: [Data: [Reach]] = [:]
    private var remains: [RecordID: ErasedWords] = [:]
    private var known: Set<RecordID> = []

    /// None.
    package init() {}

    /// Those of the records that are erasures and have effect.
    package init(_ records: some Sequence<Record>) {
        for record in records { add(record) }
    }

    package var isEmpty: Bool { known.isEmpty }

    /// Whether it is one of these.
    package func isKnown(_ erasure: RecordID) -> Bool { known.contains(erasure) }

    /// Takes an erasure in. False when the record is none, or its writer lacks the authority: then it is a proposal.
    @discardableResult
    package mutating func add(_ record: Record) -> Bool {
        guard case .erasure(let erasure) = record.facts.body,
            Authority.permits(.erase, by: record, on: Authority.Subject(site: nil))
        else { return false }
        known.insert(record.id)
        let reach = Reach(erasure: record.id, until: record.recorded)
        for id in erasure.recordIds.compactMap({ RecordID(bytes: $0) }) {
            // Of several the latest reaches furthest; the least id of equals, so that the order does not matter.
            if let other = named[id], (other.until, reach.erasure) >= (reach.until, other.erasure) { continue }
            named[id] = reach
        }
        for token in erasure.customerTokens {
            guard tokens[token.value]?.contains(where: { $0.erasure == record.id }) != true else { continue }
            tokens[token.value, default: []].append(reach)
        }
        for words in erasure.words {
            if let id = RecordID(bytes: words.recordID) { remains[id] = words }
        }
        return true
    }

    /// The erasure by which a record's personal part must be gone; nil when it may stay.
    package func erasure(of record: Record) -> RecordID? {
        if isEmpty { return nil }
        if let reach = named[record.id] { return reach.erasure }
        return reaches(record).filter { record.recorded <= $0.until }.map(\.erasure).min()
    }

    /// Whether an erasure accounts for a record that came without its personal part. When it was written down is not asked:
    /// its site judges that by its own clock.
    package func account(for record: Record) -> Bool { named[record.id] != nil || !reaches(record).isEmpty }

    /// What figures still need of a record's words.
    package func remains(of record: RecordID) -> ErasedWords? { remains[record] }

    /// Whether an erasure names the record itself.
    package func name(_ record: RecordID) -> Bool { named[record] != nil }

    private func reaches(_ record: Record) -> [Reach] {
        var found = record.allCustomerTokens.flatMap { tokens[$0.value] ?? [] }
        if let concerned = record.concerned, let reach = named[concerned] { found.append(reach) }
        return found
    }
}
