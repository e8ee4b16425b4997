package import Foundation
package import Records
import Replication

/// An independent account of what was issued, what people were told, and what headquarters has. Trusts no state machine:
/// it compares bytes.
package struct Ledger {
    private struct Issue {
        var site: SiteID
        var bytes: Data
        var issued: Duration
        /// When somebody was first told "saved".
        var saved: Duration?
        /// It was nowhere any more when a disk was replaced or rolled back: it may be lost.
        var isExcused = false
    }

    /// Violations that are kept; one is enough.
    private static let bound = 20

    private var issues: [Data: Issue] = [:]
    private var tokens: Set<Data> = []
    /// Entries of which a bit changed somewhere, by their facts as they were.
    private var rotten: Set<Data> = []
    /// What headquarters decided: bytes, and for whom.
    private var decisions: [Data: (bytes: Data, sites: Set<SiteID>)] = [:]
    /// What must not be and was, in the order of its discovery.
    package private(set) var violations: [String] = []
    /// Told of each violation at once.
    package var onBroken: (String) -> Void = { _ in }

    package init() {}

    /// Records that were issued, and those that somebody was told are saved.
    package var counts: (issued: Int, saved: Int) { (issues.count, issues.values.count { $0.saved != nil }) }

    /// A record begins to be written down. Its facts name it.
    package mutating func issued(_ entry: Entry, at site: SiteID, _ time: Duration) {
        issues[entry.facts] = Issue(site: site, bytes: Self.bytes(entry), issued: time)
    }

    /// Headquarters begins to write something down for sites. Its facts name it.
    package mutating func decided(_ entry: Entry, for sites: Set<SiteID>) {
        decisions[entry.facts] = (Self.bytes(entry), sites)
    }

    /// At the end: what a site was handed was decided for it, with equal bytes, each once.
    package mutating func settle(inbox: [Entry], of site: SiteID) {
        var seen: Set<Data> = []
        for entry in inbox {
            guard let decision = decisions[entry.facts], decision.sites.contains(site) else {
                broken("\(site) was handed what was not meant for it")
                continue
            }
            if decision.bytes != Self.bytes(entry) { broken("\(site) was handed other bytes") }
            if !seen.insert(entry.facts).inserted { broken("\(site) was handed something twice") }
        }
    }

    /// A person was told "saved".
    package mutating func saved(_ entry: Entry, _ time: Duration) {
        if issues[entry.facts]?.saved == nil { issues[entry.facts]?.saved = time }
        issues[entry.facts]?.isExcused = false
    }

    /// A bit of this entry changes on some disk.
    package mutating func rotted(_ facts: Data) { rotten.insert(facts) }

    /// Whether somebody was told that it is saved.
    package func isSaved(_ facts: Data) -> Bool { issues[facts]?.saved != nil }

    /// Bits changed: what rotted and is whole on no disk may be lost.
    package mutating func excuseRotten(besides own: [MemoryLog], _ stored: [MemoryLog], of site: SiteID) {
        let there = Set((own + stored).flatMap { $0.entries.map(\.facts) })
        for facts in rotten where issues[facts]?.site == site && !there.contains(facts) {
            issues[facts]?.isExcused = true
        }
    }

    /// Disks were replaced: what is on none of them now may be lost, and only that.
    package mutating func excuse(besides own: [MemoryLog], _ stored: [MemoryLog], of site: SiteID) {
        let there = Set((own + stored).flatMap { $0.entries.map(\.facts) })
        for (facts, issue) in issues where issue.site == site && issue.saved != nil && !there.contains(facts) {
            issues[facts]?.isExcused = true
        }
    }

    /// Headquarters forgot which tokens it gave.
    package mutating func forgetTokens() { tokens = [] }

    /// A site believes that headquarters has everything up to here: it must be where no crash can take it.
    package mutating func acknowledged(_ position: LogPosition, at site: SiteID, durable: MemoryLog?) {
        guard durable?.hash(at: position.sequence) == position.hash else {
            return broken("\(site) was told that entry \(position.sequence) is durable, and it is not")
        }
    }

    /// A batch is acknowledged at once, as one that came before: what it says must be what is stored.
    package mutating func answered(_ batch: Exchange.Batch, of site: SiteID, stored: SimulatedStore.Volume) {
        let end = SequenceNumber(batch.firstSequence - 1 + UInt64(batch.entries.count))
        guard let epoch = Epoch(bytes: batch.epoch), let last = batch.lastHash,
            stored.log(epoch, of: site)?.hash(at: end) == last
        else { return broken("\(site) may send other entries than those that are stored") }
    }

    /// Headquarters gives out a session token.
    package mutating func opened(_ token: Data) {
        if !tokens.insert(token).inserted { broken("a session token was given out twice") }
    }

    /// Headquarters believes that it has all that the site wrote down until then, in true time.
    /// - Parameter tolerance: how long the quickest message of the session can have been under way.
    package mutating func heard(_ site: SiteID, until: Duration, stored: [MemoryLog], tolerance: Duration) {
        let earlier = issues.filter {
            $1.site == site && !$1.isExcused && !rotten.contains($0) && $1.saved.map { $0 + tolerance < until } ?? false
        }
        guard !earlier.isEmpty else { return }
        let there = Set(stored.flatMap { $0.entries.map(\.facts) })
        let lacking = earlier.keys.count { !there.contains($0) }
        if lacking > 0 {
            broken("\(site) counts as heard until \(until), and \(lacking) earlier records are not there")
        }
    }

    /// Something that must not happen did.
    package mutating func broken(_ what: String) {
        guard violations.count < Self.bound else { return }
        violations.append(what)
        onBroken(what)
    }

    /// Whether everything that was told as saved is there.
    package func isComplete(_ stored: [SiteID: [MemoryLog]]) -> Bool {
        let there = Set(stored.values.joined().flatMap { $0.entries.map(\.facts) })
        return issues.allSatisfy { $1.saved == nil || $1.isExcused || there.contains($0) }
    }

    /// At the end: saved ⊆ delivered ⊆ issued, with equal bytes, in the order of the site's own log, each chain whole.
    ///
    /// Each is there once; where a branch of a log was issued again, once in each epoch, as the record is then counted by its
    /// identity.
    /// - Parameter branched: the sites that issued a branch again.
    package mutating func settle(
        _ delivered: [SiteID: [MemoryLog]], own: [SiteID: [MemoryLog]], branched: Set<SiteID> = []
    ) {
        var seen: Set<Data> = []
        for (site, logs) in delivered.sorted(by: { $0.key < $1.key }) {
            for log in logs {
                var here: Set<Data> = []
                for (place, entry) in log.entries.enumerated() where !isRotten(entry, place, log) {
                    guard let issue = issues[entry.facts], issue.site == site else {
                        broken("\(site): entry \(place + 1) was never issued there")
                        continue
                    }
                    if issue.bytes != Self.bytes(entry) { broken("\(site): entry \(place + 1) has other bytes") }
                    let isFirst = seen.insert(entry.facts).inserted
                    if !here.insert(entry.facts).inserted || (!isFirst && !branched.contains(site)) {
                        broken("\(site): entry \(place + 1) is there twice")
                    }
                }
                for fault in log.damaged where !isRotten(log.entries[Int(fault.value) - 1], Int(fault.value) - 1, log) {
                    broken("\(site): the chain breaks at entry \(fault)")
                }
            }
            for mine in own[site] ?? [] {
                compare(mine, logs.first { $0.epoch == mine.epoch }, isNewest: mine.epoch == own[site]?.last?.epoch)
            }
        }
        let lost = issues.filter { $1.saved != nil && !$1.isExcused && !seen.contains($0) }
        for (facts, issue) in lost.sorted(by: { $0.value.issued < $1.value.issued }) {
            broken("\(issue.site): \(String(decoding: facts, as: UTF8.self)) was saved and is lost")
        }
    }

    /// Whether an entry is lost because it rotted: it counts as not being there.
    private func isRotten(_ entry: Entry, _ place: Int, _ log: MemoryLog) -> Bool {
        if rotten.isEmpty || log.isWhole(SequenceNumber(UInt64(place) + 1)) { return false }
        return entry.damaged || rotten.contains(entry.beforeRot.facts)
    }

    /// An older epoch may go on at headquarters: the site went back behind its end.
    private mutating func compare(_ own: MemoryLog, _ stored: MemoryLog?, isNewest: Bool) {
        var (mine, theirs) = (own.entries.map(Self.bytes), (stored?.entries ?? []).map(Self.bytes))
        for place in 0..<min(mine.count, theirs.count) {
            // What rotted on one side only is mended, or the fleet is not drained.
            guard let stored, isRotten(own.entries[place], place, own) || isRotten(stored.entries[place], place, stored)
            else { continue }
            (mine[place], theirs[place]) = (Data(), Data())
        }
        guard
            mine.count > theirs.count || mine != Array(theirs.prefix(mine.count))
                || (isNewest && mine.count < theirs.count)
        else { return }
        broken(
            "\(own.site): headquarters has \(theirs.count) entries, its own log \(mine.count), "
                + "and they are not the same")
    }

    private static func bytes(_ entry: Entry) -> Data { entry.facts + [0] + entry.nonce + [0] + entry.personal }
}
