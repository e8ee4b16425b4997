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
    /// The next moment at which a customer changes by time alone, by the customer's name.
    var due: [Data: Timestamp] = [:]
    /// Everything that names a key account, or somebody who was one.
    var tokens: Set<Data> = []
    /// Whether all were loaded.
    var isLoaded = false
    /// What flags that stood when all were loaded are about, as far as nobody was looked at yet whom they may concern.
    var unmet: Set<RecordID> = []
}

/// Key accounts with whom nobody was in touch: the clearest sign of a relationship that goes bad.
extension Fold {
    /// Greatest number looked at in one turn.
    private static let mostAccounts = 200

    /// Records of customers with these exact keys came in, or were changed.
    func keyAccountsTouched(_ tokens: Set<Data>, areNew: Set<Data>, merged: Bool) {
        accounts.tokens.formUnion(areNew)
        accounts.stale.formUnion(merged ? accounts.tokens : tokens.intersection(accounts.tokens).union(areNew))
    }

    /// Flags key accounts that are silent, and takes the flag away from those that are not any more, one portion of them. True
    /// when there are more.
    func watchKeyAccounts(at now: Timestamp) throws -> Bool {
        guard let policy = handbook.customers.keyAccounts else { return false }
        if !accounts.isLoaded { try loadKeyAccounts() }
        for (name, at) in accounts.due where at <= now { accounts.stale.insert(name) }
        guard !accounts.stale.isEmpty || !accounts.unmet.isEmpty else { return false }
        let taken = accounts.stale.sorted { $0.lexicographicallyPrecedes($1) }.prefix(Self.mostAccounts)
        var wanted: [RecordID: Flag?] = [:]
        var seen: Set<Data> = []
        for token in taken where seen.insert(token).inserted {
            accounts.due[token] = nil
            guard let customer = try views.pool.read({ try Views.customer(token, $0) }) else { continue }
            let tokens = try views.tokens(of: customer)
            seen.formUnion(tokens)
            // Who had another name, or was two, has one flag, under the name of now.
            for old in tokens { wanted.updateValue(nil, forKey: Self.subject(of: old)) }
            wanted.updateValue(
                try silence(of: customer, tokens, policy, at: now), forKey: Self.subject(of: customer))
        }
        // What stood for somebody who is not a key account any more by any record.
        if accounts.stale.subtracting(seen).isEmpty {
            for subject in accounts.unmet where !wanted.keys.contains(subject) {
                wanted.updateValue(nil, forKey: subject)
            }
        }
        try views.write { writer in
            for (subject, flag) in wanted.sorted(by: { $0.key < $1.key }) {
                let flags = try flag.map { [try FlagRow($0, subject: subject)] } ?? []
                try writer.setFlags(flags, of: subject) { $0.withdrawn(by: nil) }
            }
        }
        accounts.unmet.subtract(wanted.keys)
        accounts.stale.subtract(seen)
        return !accounts.stale.isEmpty
    }

    /// Every key account that a profile names. Flags that stand are looked at, too: a profile may have been taken back just
    /// before the end.
    private func loadKeyAccounts() throws {
        for row in try views.profiles() {
            guard let record = try record(row), case .customer(let profile) = record.facts.body,
                profile.isKeyAccount(handbook)
            else { continue }
            accounts.tokens.formUnion(record.facts.customerTokens.map(\.value))
        }
        accounts.stale.formUnion(accounts.tokens)
        accounts.unmet = Set(
            try views.write { try $0.standingSubjects(of: FlagKind.keyAccountSilent.rawValue) })
        accounts.isLoaded = true
    }

    /// The flag of a customer who is a silent key account; nil for any other. Notes when to look again.
    private func silence(
        of customer: Data, _ tokens: [Data], _ policy: KeyAccountPolicy, at now: Timestamp
    ) throws -> Flag? {
        let records = try views.rows(ofTokens: tokens).compactMap { try record($0) }
        accounts.tokens.formUnion(tokens)
        let standing = CustomerStanding(records, handbook: handbook, zone: handbook.zone, at: now)
        guard standing.isKeyAccount, let last = standing.lastContact ?? standing.firstSeen else { return nil }
        let silentAt = policy.silentAfter.end(from: last, in: handbook.zone)
        guard silentAt <= now else {
            accounts.due[customer] = silentAt
            return nil
        }
        var flag = Flag(
            .keyAccountSilent, subject: SourcedText.name(customer), sites: Set(records.map(\.site)).sorted(),
            at: silentAt)
        flag.reference = last
        return flag
    }

    private static func subject(of customer: Data) -> RecordID {
        Flag.identity(.keyAccountSilent, subject: SourcedText.name(customer), key: "subject")
    }
}
