import Foundation
import GRDB
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// Which key accounts are looked at next: those of whom something came in, and those whose time is over.
struct KeyAccountWatch: Sendable {
    /// Exact keys of key accounts that have to be looked at.
    var stale: Set<Data> = []
    /// The next moment at which a customer changes by time alone.
    var due: [Data: Timestamp] = [:]
    /// Everything that names a key account.
    var tokens: Set<Data> = []
    /// Whether all were loaded.
    var isLoaded = false
}

/// Key accounts with whom nobody was in touch: the clearest sign of a relationship that goes bad.
extension Fold {
    /// Greatest number looked at in one turn.
    private static let mostAccounts = 200

    /// Records of these customers came in.
    func keyAccountsTouched(_ tokens: Set<Data>, areNew: Set<Data>, merged: Bool) {
        accounts.tokens.formUnion(areNew)
        accounts.stale.formUnion(merged ? accounts.tokens : tokens.intersection(accounts.tokens).union(areNew))
    }

    /// Flags key accounts that are silent, and takes the flag away from those that are not any more. True when there are more.
    func watchKeyAccounts(at now: Timestamp) throws -> Bool {
        guard let policy = handbook.customers.keyAccounts else { return false }
        if !accounts.isLoaded {
            for row in try views.profiles() {
                guard let token = row.token, let record = try record(row),
                    case .customer(let profile) = record.facts.body, profile.isKeyAccount(handbook)
                else { continue }
                accounts.tokens.insert(token)
            }
            accounts.stale = accounts.tokens
            accounts.isLoaded = true
        }
        for (token, at) in accounts.due where at <= now { accounts.stale.insert(token) }
        guard !accounts.stale.isEmpty else { return false }
        let taken = accounts.stale.sorted { $0.lexicographicallyPrecedes($1) }.prefix(Self.mostAccounts)
        let folder = CustomerFolder(fold: self, views: views)
        var found: [(subject: RecordID, flag: Flag?)] = []
        for token in taken {
            accounts.stale.remove(token)
            guard let customer = try views.pool.read({ try Views.customer(token, $0) }) else { continue }
            let records = try folder.records(of: customer)
            accounts.tokens.formUnion(records.compactMap { $0.facts.customerTokens.first?.value })
            let standing = CustomerStanding(records, handbook: handbook, zone: handbook.zone, at: now)
            let name = SourcedText.name(customer)
            let subject = Flag.identity(.keyAccountSilent, subject: name, key: "subject")
            let last = standing.lastContact ?? standing.firstSeen
            let silentAt = last.map { policy.silentAfter.end(from: $0, in: handbook.zone) }
            accounts.due[token] = standing.isKeyAccount ? silentAt.flatMap { $0 > now ? $0 : nil } : nil
            guard standing.isKeyAccount, let last, let silentAt, silentAt <= now else {
                found.append((subject, nil))
                continue
            }
            var flag = Flag(
                .keyAccountSilent, subject: name, sites: Set(records.map(\.site)).sorted(), at: silentAt)
            flag.reference = last
            found.append((subject, flag))
        }
        try views.write { writer in
            for (subject, flag) in found {
                let wanted = try flag.map { [try FlagRow($0, subject: subject)] } ?? []
                try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: nil) }
            }
        }
        return !accounts.stale.isEmpty
    }
}
