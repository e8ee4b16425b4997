import Digests
import Foundation
import Handbooks
import Records
import Recurrence
import Rules
import Storage

/// Flags of an issue beside the hot rule: that it spread to a further site, and that it came back. One of each, updated.
extension Fold {
    /// Issues looked at in one turn, so that entries go on being folded in between.
    private static let reviewedIssues = 50
    private static let livedKinds: [FlagKind] = [.newSite, .regressed, .countermeasureFailed]

    /// Looks at issues that changed. True when there are more.
    func reviewIssues(at now: Timestamp) throws -> Bool {
        let issues = recurrence.takeChangedIssues(limit: Self.reviewedIssues)
        guard !issues.isEmpty else { return false }
        do {
            try views.write { writer in
                for issue in issues { try setFlags(ofLife: issue, writer, at: now) }
            }
        } catch {
            recurrence.issuesChanged(issues)
            throw error
        }
        return true
    }

    /// Looks again at issues that flags stand for and that are there no more: a crash may have come between the grouping that
    /// gave them another id and the withdrawal of what stood under the old one.
    func reviewVanishedIssues(known: Set<RecordID>) throws {
        for kind in Self.livedKinds {
            let issues = try views.standingFlags(of: kind.rawValue).compactMap { row in
                RecordID(try FlagPayload(json: row.payload).flag.subject)
            }
            recurrence.issuesChanged(issues.filter { !known.contains($0) })
        }
    }

    private func setFlags(ofLife issue: RecordID, _ writer: ViewWriter, at now: Timestamp) throws {
        let row = try writer.issue(issue)
        // Of more, the hot rule and the trend speak.
        let limit = Fold.livedOccurrences
        let members = try writer.members(
            of: issue, from: Timestamp(milliseconds: .min), until: Timestamp(milliseconds: .max), limit: limit + 1)
        let isJudged = row != nil && members.count <= limit
        let title = CustomerText.presentable(row?.title ?? "", limit: 80)
        var flags: [FlagKind: Flag] = [:]
        if let row, isJudged {
            flags[.newSite] = spread(issue, members)
            flags[.regressed] = try regression(issue, members, writer, at: now)
            flags[.countermeasureFailed] = try failedCountermeasure(
                row, members, sites: members.compactMap(site), writer)
        }
        for kind in Self.livedKinds {
            let subject = Flag.identity(kind, subject: issue.description, key: "")
            let wanted = try flags[kind].map { [try FlagRow($0, subject: subject, title: title)] } ?? []
            try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: nil) }
        }
    }

    private func site(of member: IssueMemberRow) -> SiteID? {
        // The texts hold site ids that were validated when their logs were registered.
        recurrence.texts[member.text].flatMap { try? SiteID($0.text.site) }
    }

    /// That an issue which had recurred already was met at a site where it was not known.
    private func spread(_ issue: RecordID, _ members: [IssueMemberRow]) -> Flag? {
        var known: Set<SiteID> = []
        var further: [IssueMemberRow] = []
        for (place, member) in members.enumerated() {
            guard let site = site(of: member), known.insert(site).inserted, place >= 2 else { continue }
            further.append(member)
        }
        guard let latest = further.last else { return nil }
        var flag = Flag(
            .newSite, subject: issue.description, sites: Array(known), at: latest.occurred,
            evidence: further.map(\.record))
        flag.count = known.count
        return flag
    }

    private func regression(
        _ issue: RecordID, _ members: [IssueMemberRow], _ writer: ViewWriter, at now: Timestamp
    ) throws -> Flag? {
        // Without a long silence in between there is none, and no case need be read.
        guard zip(members, members.dropFirst()).contains(where: { $1.occurred - $0.occurred >= IssueLife.quietTime })
        else { return nil }
        if let mute = recurrence.mutes[issue], now < mute.until { return nil }
        let life = try life(of: members, assigned: [], writer, at: now)
        guard let latest = life.regressions.last else { return nil }
        let sites = members.filter { $0.occurred.milliseconds >= latest.time }.compactMap(site)
        var flag = Flag(
            .regressed, subject: issue.description, sites: sites, at: Timestamp(milliseconds: latest.time),
            evidence: life.regressions.map(\.record))
        flag.reference = Timestamp(milliseconds: latest.fixed)
        flag.count = life.regressions.count
        return flag
    }

    /// Makes these rises what stands of trends.
    func setFlags(of trends: [SeriesRise], _ writer: ViewWriter) throws {
        var wanted: [RecordID: [FlagRow]] = [:]
        for subject in try writer.standingSubjects(of: FlagKind.aboveBaseline.rawValue) { wanted[subject] = [] }
        for trend in trends {
            guard let site = try? SiteID(trend.site) else { continue }  // as above
            let subject = Flag.identity(.aboveBaseline, subject: trend.category, key: trend.site)
            let since = moment(ofDay: trend.rise.since)
            var flag = Flag(
                .aboveBaseline, subject: trend.category, key: "\(trend.site) \(trend.rise.since)", sites: [site],
                at: moment(ofDay: trend.rise.day))
            flag.reference = since
            flag.count = trend.rise.count
            flag.expected = (trend.rise.expected * 10).rounded() / 10
            wanted[subject, default: []].append(try FlagRow(flag, subject: subject))
        }
        for (subject, rows) in wanted.sorted(by: { $0.key < $1.key }) {
            try writer.setFlags(rows, of: subject) { $0.withdrawn(by: nil) }
        }
    }

    /// The beginning of a day of the organisation's zone.
    private func moment(ofDay day: Int) -> Timestamp {
        let utc = Timestamp(milliseconds: Int64(day) * 86_400_000)
        return Timestamp(milliseconds: utc.milliseconds - handbook.zone.offset(at: utc))
    }
}

/// A category at a site that rose beyond its baseline.
struct SeriesRise: Sendable, Hashable {
    let category: String
    let site: String
    let rise: TrendWatch.Rise

    /// All rises among these texts: each category at each site, from the site's first text to the last text of all.
    static func find(_ texts: [IssueText], zone: TimeZoneRules) -> [SeriesRise] {
        struct Series: Hashable, Comparable {
            let category: String
            let site: String

            static func < (left: Series, right: Series) -> Bool {
                (left.category, left.site) < (right.category, right.site)
            }
        }
        var days: [Series: [Int]] = [:]
        var first: [String: Int] = [:]
        var last = Int.min
        for text in texts {
            let offset = zone.offset(at: Timestamp(milliseconds: text.time))
            let day = Int((Double(text.time + offset) / 86_400_000).rounded(.down))
            first[text.site] = min(first[text.site] ?? day, day)
            last = max(last, day)
            if let category = text.category {
                days[Series(category: category, site: text.site), default: []].append(day)
            }
        }
        return days.sorted { $0.key < $1.key }.flatMap { series, days -> [SeriesRise] in
            guard let start = first[series.site], last - start < Self.mostDays else { return [] }
            var counts = [Int](repeating: 0, count: last - start + 1)
            for day in days { counts[day - start] += 1 }
            return TrendWatch().rises(counts, firstDay: start).map {
                SeriesRise(category: series.category, site: series.site, rise: $0)
            }
        }
    }

    /// Thirty years: a record dated by a broken clock makes no series of a million days.
    private static let mostDays = 11_000
}
