import Digests
import Handbooks
import Logging
import Records
import Rules
import Storage

extension Fold {
    /// Closes the month that is over, by the handbook's meeting plan: as soon as every site has sealed it, or when their time of
    /// grace is over.
    ///
    /// Only the latest month is looked at: one that ended long before anybody used this program is closed by hand.
    func closeByPlan(at now: Timestamp) throws {
        guard closesMonths, cut == nil, now >= closingReview else { return }
        closingReview = now + Self.sealInterval
        let month = Month(of: now, in: handbook.zone).preceding
        let (expected, owing) = try seals(of: month)
        let end = month.range(in: handbook.zone).upperBound
        guard let grace = handbook.digest.closesAfter, !expected.isEmpty, owing.isEmpty || now >= end + grace,
            try store.digests(of: month).isEmpty
        else { return }
        let (edition, _) = try close(month)
        logger.notice(
            "a month was closed",
            metadata: ["month": "\(month)", "revision": "\(edition.digest.revision)", "not_sealed": "\(owing.count)"])
    }

    /// Reminds the sites that have not sealed the month that is over.
    func watchSeals(at now: Timestamp) throws {
        guard now >= sealReview else { return }
        sealReview = now + Self.sealInterval
        let month = Month(of: now, in: handbook.zone).preceding
        let end = month.range(in: handbook.zone).upperBound
        guard let after = handbook.digest.remindsAfter, now >= end + after else {
            return try remind([], of: month, at: end)
        }
        try remind(try seals(of: month).owing, of: month, at: end + after)
    }

    /// Seals are looked for so often.
    private static let sealInterval: Duration = .seconds(60)

    /// The sites of which a whole month is expected to its end, and those of them that have not sealed it.
    private func seals(of month: Month) throws -> (expected: [SiteID], owing: [SiteID]) {
        let range = month.range(in: handbook.zone)
        let expected = registry.sites.filter { $0.life.expectedEnd(in: range) == range.upperBound }.map(\.id)
        let owing = try expected.filter { site in
            try views.seals(of: site).last.map { $0.until < range.upperBound } ?? true
        }
        return (expected, owing)
    }

    /// One flag for each site that has not sealed a month; those that stood for earlier months, or for sites that have, pass.
    private func remind(_ owing: [SiteID], of month: Month, at moment: Timestamp) throws {
        var wanted: [RecordID: Flag] = [:]
        for site in owing {
            var flag = Flag(
                .sealMissing, subject: site.text, key: month.description, sites: [site], at: moment)
            flag.month = month.description
            wanted[Flag.identity(.sealMissing, subject: site.text, key: "subject")] = flag
        }
        try views.write { writer in
            let standing = try writer.standingSubjects(of: FlagKind.sealMissing.rawValue)
            for subject in Set(standing).union(wanted.keys).sorted() {
                let flags = try wanted[subject].map { [try FlagRow($0, subject: subject)] } ?? []
                try writer.setFlags(flags, of: subject) { $0.withdrawn(by: nil) }
            }
        }
    }
}
