import Foundation
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// Who is one: exact keys join by themselves as records come in; what people said goes on top of that, and taking it back
/// leaves what there was without it.
extension Fold {
    /// Loads what headquarters said of customers.
    func loadLinks() throws {
        links = [:]
        for row in try views.write({ try $0.ordersForSites() }) where row.kind == .merge || row.kind == .unmerge {
            links[row.id] = try record(row)
        }
    }

    /// Takes what the batch says of customers, and settles who is one where that may have changed: when something was said or
    /// taken back, when a customer got another name, or when a key came in that was spoken of before anybody wrote it down.
    /// - Returns: what the last change followed from, when somebody said it.
    func settleCustomers(_ batch: inout FoldBatch, _ writer: ViewWriter) throws -> RecordID? {
        let said = try takeLinks(batch, writer)
        let hasNewNames = !links.isEmpty && batch.hasRenamedCustomers
        guard !said.isEmpty || hasNewNames || isLinked(batch.newKeys) else { return nil }
        let settled = try CustomerLinks(Array(links.values)) { try writer.exactCustomer($0) ?? $0 }
        var groups = CustomerGroups()
        for link in settled.merges { try groups.join(exact(link.one, writer) + exact(link.other, writer)) }
        try flag(settled.contradicted, writer)
        let changed = try writer.link(groups.all)
        guard !changed.isEmpty else { return nil }
        batch.hasMergedCustomers = true
        // Complainants are counted anew, in every month that knows one of them: also when a merge is retracted.
        batch.months.formUnion(try writer.months(ofExact: changed))
        batch.profiled.formUnion(changed)
        return said.last
    }

    /// Cases whose limits go by the tier of a customer of whom a profile came in late or changed, or who became another person.
    func touchCasesByTier(_ batch: inout FoldBatch, _ writer: ViewWriter) throws {
        guard rules.dependsOnTiers else { return }
        for token in batch.profiled { batch.touchedCases.formUnion(try writer.complaints(ofToken: token)) }
    }

    /// - Returns: the records that say something of who is one, or that changed what one says.
    private func takeLinks(_ batch: FoldBatch, _ writer: ViewWriter) throws -> [RecordID] {
        var said: [RecordID] = []
        for row in batch.orders where row.kind == .merge || row.kind == .unmerge {
            links[row.id] = try record(row)
            said.append(row.id)
        }
        for id in batch.unsettled.sorted() {
            guard let row = try writer.existing(id), row.kind == .merge || row.kind == .unmerge else { continue }
            links[id] = row.isRetracted ? nil : try record(row)
            said.append(batch.amended.last { $0.target == id }?.amendment ?? id)
        }
        return said
    }

    /// Whether somebody said something of the customer of one of these keys.
    private func isLinked(_ keys: Set<Data>) -> Bool {
        guard !keys.isEmpty else { return false }
        return links.values.contains { record in
            let tokens: [CustomerToken] =
                switch record.facts.body {
                case .merge(let merge): merge.one + merge.other
                case .unmerge(let unmerge): unmerge.one + unmerge.other
                default: []
                }
            return tokens.contains { keys.contains($0.value) }
        }
    }

    private func exact(_ tokens: [CustomerToken], _ writer: ViewWriter) throws -> [Data] {
        try tokens.compactMap { try writer.exactCustomer($0.value) }
    }

    /// A merge that would join two who are never the same needs a person.
    private func flag(_ contradicted: [CustomerLinks.Link], _ writer: ViewWriter) throws {
        let subject = Flag.identity(.identityConflict, subject: "links", key: "subject")
        let wanted = try contradicted.compactMap { link -> FlagRow? in
            guard let record = links[link.record], let token = link.one.first else { return nil }
            let flag = Flag.identityConflict(
                customer: SourcedText.name(try writer.exactCustomer(token.value) ?? token.value), sites: [],
                at: record.occurred, evidence: [link.record])
            return try FlagRow(flag, subject: subject)
        }
        try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: nil) }
    }
}

/// Joins names into groups.
private struct CustomerGroups {
    private var group: [Data: Int] = [:]
    private var members: [Int: [Data]] = [:]
    private var next = 0

    mutating func join(_ names: [Data]) {
        let names = Set(names)
        let found = Set(names.compactMap { group[$0] }).sorted()
        let number = found.first ?? next
        if found.isEmpty { next += 1 }
        var all = names
        for other in found { all.formUnion(members.removeValue(forKey: other) ?? []) }
        for name in all { group[name] = number }
        members[number] = Array(all)
    }

    var all: [[Data]] { members.sorted { $0.key < $1.key }.map(\.value) }
}
