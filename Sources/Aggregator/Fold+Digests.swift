package import Digests
import Foundation
import Handbooks
import Logging
import Platform
package import Records
import Rules
import Storage

extension Fold {
    /// The newest closed revision of a month; nil when it was never closed.
    package func edition(of month: Month, revision: Int? = nil) throws -> DigestEdition? {
        let stored = try store.digests(of: month)
        guard let found = revision.map({ wanted in stored.first { $0.revision == wanted } }) ?? stored.last else {
            return nil
        }
        return try JSONDecoder().decode(DigestEdition.self, from: Data(found.content.utf8))
    }

    /// What the month's digest would be now, whether or not it was closed.
    package func preview(of month: Month) throws -> DigestEdition {
        DigestEdition(try digestInput(of: month, asOf: judgedAt(month)), after: try edition(of: month))
    }

    /// Closes a month, or revises it when something came in since. Nothing happens when nothing changed.
    /// Returns the edition that stands, and whether it is new.
    package func close(_ month: Month) throws -> (edition: DigestEdition, isNew: Bool) {
        let before = try edition(of: month)
        let edition = DigestEdition(try digestInput(of: month, asOf: judgedAt(month)), after: before)
        if let before, before == edition {
            // A crash may have come between keeping and announcing it; announced again, it changes nothing.
            if let closedAt = try store.digests(of: month).last?.closedAt {
                try announce(month, revision: before.digest.revision, closedAt: closedAt)
            }
            return (before, false)
        }
        let now = SystemClock.wall
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let changes = edition.digest.changes?.inWords(.english, of: edition.digest) ?? []
        try store.keep(
            StoredDigest(
                month: month, revision: edition.digest.revision, closedAt: now,
                content: String(decoding: try encoder.encode(edition), as: UTF8.self),
                changes: String(decoding: try encoder.encode(changes), as: UTF8.self)))
        try announce(month, revision: edition.digest.revision, closedAt: now)
        return (edition, true)
    }

    /// Revises the closed months of which records came in.
    func reviseDigests(at now: Timestamp) throws {
        guard !touchedMonths.isEmpty else { return }
        let closed = Set(try store.closedMonths().map(\.month))
        for month in touchedMonths.intersection(closed).sorted() {
            let (edition, isNew) = try close(month)
            if isNew {
                logger.notice(
                    "a closed digest was revised",
                    metadata: ["month": "\(month)", "revision": "\(edition.digest.revision)"])
            }
        }
        try views.write { try $0.noteRevised() }
        touchedMonths = []
    }

    /// States and limits are judged at the month's end, or now while it lasts.
    private func judgedAt(_ month: Month) -> Timestamp {
        min(SystemClock.wall, month.range(in: handbook.zone).upperBound)
    }

    /// Announces the newest revision of each closed month, once after a start: a crash may have come between keeping and
    /// announcing one. What the feed says already is not said again.
    func announceClosedMonths() throws {
        guard !hasAnnouncedMonths else { return }
        let newest = try store.digestRevisions().reduce(into: [:]) { $0[$1.month] = $1 }
        for item in newest.values.sorted(by: { $0.month < $1.month }) {
            try announce(item.month, revision: item.revision, closedAt: item.closedAt)
        }
        hasAnnouncedMonths = true
    }

    private func announce(_ month: Month, revision: Int, closedAt: Timestamp) throws {
        var flag = Flag(.digest, subject: month.description, key: String(revision), sites: [], at: closedAt)
        flag.month = month.description
        flag.count = revision
        let payload = try FlagPayload(flag: flag, title: nil).json()
        let announcement = Announcement(kind: "digest", subject: flag.id, sites: [], payload: payload)
        if try store.announce([announcement], at: SystemClock.wall) > 0 { announceDigest() }
    }
}
