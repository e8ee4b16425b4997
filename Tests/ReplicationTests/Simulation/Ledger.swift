import Foundation
import Records
import Replication

/// An independent account of what was issued, what people were told, and what headquarters has. Trusts no state machine:
/// it compares bytes.
struct Ledger {
    private struct Issue {
        var site: SiteID
        var bytes: Data
        var time: Duration
        var isSaved = false
    }

    private var issues: [Data: Issue] = [:]
    private(set) var violations: [String] = []

    /// What was told as saved, in all.
    var savedCount: Int { issues.values.count { $0.isSaved } }

    /// A record begins to be written down. Its facts name it.
    mutating func issued(_ entry: Entry, at site: SiteID, _ time: Duration) {
        issues[entry.facts] = Issue(site: site, bytes: Self.bytes(entry), time: time)
    }

    /// A person was told "saved".
    mutating func saved(_ entry: Entry) { issues[entry.facts]?.isSaved = true }

    /// A site believes that headquarters has everything up to here: it must be on headquarters' disk.
    mutating func acknowledged(_ position: LogPosition, at site: SiteID, durable: MemoryLog?) {
        guard let durable, durable.hash(at: position.sequence) == position.hash else {
            violations.append("\(site) was told that entry \(position.sequence) is durable, and it is not")
            return
        }
    }

    /// Headquarters believes that it has all that the site wrote down until then.
    /// - Parameter tolerance: the longest time that a message is under way.
    mutating func heard(_ site: SiteID, until: Duration, stored: MemoryLog?, tolerance: Duration) {
        let there = Set((stored?.entries ?? []).map(\.facts))
        let lacking = issues.filter { facts, issue in
            issue.site == site && issue.isSaved && issue.time + tolerance < until && !there.contains(facts)
        }
        if !lacking.isEmpty {
            violations.append(
                "\(site) counts as heard until \(until), and \(lacking.count) earlier records are not there")
        }
    }

    /// Something that must not happen did.
    mutating func broken(_ what: String) { violations.append(what) }

    /// At the end: saved ⊆ delivered ⊆ issued, each once, with equal bytes, in the order of the site's own log.
    mutating func settle(_ delivered: [SiteID: MemoryLog], own: [SiteID: MemoryLog]) {
        var seen: Set<Data> = []
        for (site, log) in delivered.sorted(by: { $0.key < $1.key }) {
            for (place, entry) in log.entries.enumerated() {
                guard let issue = issues[entry.facts], issue.site == site else {
                    violations.append("\(site): entry \(place + 1) was never issued there")
                    continue
                }
                if issue.bytes != Self.bytes(entry) { violations.append("\(site): entry \(place + 1) has other bytes") }
                if !seen.insert(entry.facts).inserted {
                    violations.append("\(site): entry \(place + 1) is there twice")
                }
            }
            if own[site]?.entries.map(Self.bytes) != log.entries.map(Self.bytes) {
                violations.append(
                    "\(site): headquarters has \(log.entries.count) entries, its own log \(own[site]?.entries.count ?? 0)"
                )
            }
        }
        for (facts, issue) in issues where issue.isSaved && !seen.contains(facts) {
            violations.append("\(issue.site): \(String(decoding: facts, as: UTF8.self)) was saved and is lost")
        }
    }

    private static func bytes(_ entry: Entry) -> Data { entry.facts + [0] + entry.nonce + [0] + entry.personal }
}
