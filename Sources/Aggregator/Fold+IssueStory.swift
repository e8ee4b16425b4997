import Digests
import Foundation
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Replication
import Rules
import Storage

extension Fold {
    /// Of an issue with more occurrences the latest are looked at for its life: each costs the reading of a case.
    static let livedOccurrences = 300
    /// Weeks of the sparkline.
    private static let weeks = 26

    /// What is told of an issue when it is asked for, from what is known now. Nothing of it is kept, so that it cannot be
    /// older than the records.
    func story(of issue: RecordID) throws -> IssueStory {
        let members = try views.members(of: issue)
        let actions = try self.actions(of: members)
        var sites: [RecordID: SiteID] = [:]
        for member in members where sites[member.record] == nil {
            sites[member.record] = try views.row(member.record)?.site
        }
        let life: IssueLife = try views.write { writer in
            try self.life(of: members, assigned: actions.map(\.decided), writer, at: moment.wall)
        }
        let occurrences = members.compactMap { member in
            sites[member.record].map { ActionEffect.Occurrence(site: $0.text, day: day(member.occurred)) }
        }
        return IssueStory(
            state: life.state.rawValue,
            regressions: life.regressions.map {
                IssueRegression(
                    at: Timestamp(milliseconds: $0.time).rfc3339, fixedAt: Timestamp(milliseconds: $0.fixed).rfc3339,
                    record: $0.record)
            },
            weeks: weeks(members), sites: Self.sites(members, sites),
            actions: try actions.map { try told($0, issue, occurrences) },
            related: related(to: members.map(\.text)), doubts: doubts(of: issue))
    }

    /// Where an issue is in its life.
    /// - Parameter members: in the order of time.
    func life(
        of members: [IssueMemberRow], assigned: [Timestamp], _ writer: ViewWriter, at now: Timestamp
    ) throws -> IssueLife {
        let occurrences = try members.suffix(Self.livedOccurrences).map { member in
            var ended: Timestamp? = member.occurred
            if let evidence = try evidence(of: member.record, known: [:], writer) {
                ended = rules.view(of: evidence, at: now).state.ended
            }
            return IssueLife.Occurrence(
                record: member.record, time: member.occurred.milliseconds, ended: ended?.milliseconds)
        }
        return IssueLife(occurrences, assigned: assigned.map(\.milliseconds), now: now.milliseconds)
    }

    // MARK: What was done

    struct Action {
        var record: Record
        var decided: Timestamp { record.occurred }
        var inForceFrom: Timestamp {
            let action = record.facts.action
            return action.hasDueAt ? Timestamp(milliseconds: action.dueAt) : record.occurred
        }
    }

    /// The action items that name one of these texts, or its issue as it was called then; the earliest first.
    private func actions(of members: [IssueMemberRow]) throws -> [Action] {
        let names = Set(members.map(\.text)).union(members.map(\.record))
        return try views.actionRows().compactMap { row -> Action? in
            guard !row.isRetracted, let record = try record(row),
                let named = RecordID(bytes: record.facts.action.issueID), names.contains(named)
            else { return nil }
            return Action(record: record)
        }.sorted { ($0.decided, $0.record.id) < ($1.decided, $1.record.id) }
    }

    /// - Parameter end: until when it is looked; nil: until now.
    func told(
        _ action: Action, _ issue: RecordID, _ occurrences: [ActionEffect.Occurrence], until end: Timestamp? = nil
    ) throws -> IssueAction {
        let facts = action.record.facts.action
        let from = action.inForceFrom
        let peak = try views.windows(of: issue).last { $0.start <= from && $0.latest >= from - Self.peakReach }
        let active = try views.activeDays(
            in: from - Self.effectReach..<from + Self.effectReach, offset: handbook.zone.offset(at: from))
        let effect = ActionEffect(
            day: day(from), until: day(end ?? moment.wall), peakFrom: peak.map { day($0.start) },
            actedOn: Set(facts.sites),
            occurrences: occurrences, activeDays: active)
        let hasRatio = effect.before.siteDays > 0 && effect.after.siteDays > 0
        return IssueAction(
            id: action.record.id, decidedAt: action.decided.rfc3339, inForceFrom: from.rfc3339,
            department: facts.department, sites: facts.sites,
            text: CustomerText.presentable(action.record.personal?.text ?? "", limit: 120),
            verdict: effect.verdict.rawValue, ratio: hasRatio ? effect.ratio : nil,
            low: hasRatio ? effect.interval.lowerBound : nil, high: hasRatio ? effect.interval.upperBound : nil,
            before: IssueRate(effect.before), after: IssueRate(effect.after),
            elsewhereBefore: effect.elsewhere.map { IssueRate($0.before) },
            elsewhereAfter: effect.elsewhere.map { IssueRate($0.after) })
    }

    /// A hot window that ended no longer ago is the peak that the action answers.
    private static let peakReach: Duration = .seconds(60 * 86_400)
    /// A year and more, which covers what the estimate looks at.
    private static let effectReach: Duration = .seconds(400 * 86_400)

    // MARK: Days and weeks

    /// Days since 1970 in the organisation's zone.
    func day(_ moment: Timestamp) -> Int {
        Int((Double(moment.milliseconds + handbook.zone.offset(at: moment)) / 86_400_000).rounded(.down))
    }

    private func weeks(_ members: [IssueMemberRow]) -> [Int] {
        var weeks = [Int](repeating: 0, count: Self.weeks)
        let today = day(moment.wall)
        for member in members {
            let ago = (today - day(member.occurred)) / 7
            if (0..<Self.weeks).contains(ago) { weeks[Self.weeks - 1 - ago] += 1 }
        }
        return weeks
    }

    private static func sites(_ members: [IssueMemberRow], _ sites: [RecordID: SiteID]) -> [IssueSite] {
        Dictionary(grouping: members) { sites[$0.record]?.text ?? "" }.filter { !$0.key.isEmpty }.map { site, members in
            let times = members.map(\.occurred)
            return IssueSite(
                site: site, occurrences: members.count, firstSeen: times.min()?.rfc3339 ?? "",
                lastSeen: times.max()?.rfc3339 ?? "")
        }.sorted { ($1.occurrences, $0.site) < ($0.occurrences, $1.site) }
    }

}

extension IssueRate {
    fileprivate init(_ rate: ActionEffect.Rate) {
        self.init(occurrences: rate.occurrences, siteDays: rate.siteDays)
    }
}

extension Rules.CaseState {
    /// When it ended and stayed so; nil while it is open.
    var ended: Timestamp? {
        switch self {
        case .open: nil
        case .resolved(let at), .closed(let at, _): at
        case .confirmed(_, let resolvedAt, _): resolvedAt
        }
    }
}
