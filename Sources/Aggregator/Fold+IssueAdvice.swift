import Handbooks
package import Records
import Rules
import Storage

/// What the handbook says of an issue: where in the service it goes wrong, what prevents it, and what gap it may come from.
package struct IssueAdvice: Codable, Sendable {
    /// The likeliest first.
    package var failPoints: [FailPoint]
    package var gap: Gap?

    /// A point of the service blueprint at which it fails, with its countermeasure.
    package struct FailPoint: Codable, Sendable {
        package var code: String
        package var name: Term
        package var step: Term
        /// preparation, diagnosis, work or payment_and_return.
        package var level: String
        /// customer, on_stage, back_stage or support.
        package var side: String
        package var touchpoint: Term?
        package var countermeasure: Term
        package var inForce: Bool
    }

    /// A service quality gap with what it comes from and what closes it.
    package struct Gap: Codable, Sendable {
        package var number: Int
        package var name: Term
        /// How many cases were traced to it; 0: it is only suspected, by the category.
        package var stated: Int
        package var causes: [Cause]

        /// One of its causes.
        package struct Cause: Codable, Sendable {
            package var name: Term
            package var remedy: Term
        }
    }
}

extension Fold {
    /// Of an issue with more occurrences the latest are read.
    private static let advisedOccurrences = 50
    /// Greatest number of fail points that are named.
    private static let namedFailPoints = 3

    /// What the handbook in force says of an issue; nil where it says nothing.
    func advice(on issue: IssueRow, _ members: [IssueMemberRow]) throws -> IssueAdvice? {
        let latest = members.suffix(Self.advisedOccurrences)
        let (place, gap) = try views.write { writer in
            let place = try self.touchpoint(of: latest, writer)
            return (place, try self.gap(of: latest, category: issue.category, writer))
        }
        let points = handbook.failPoints(category: issue.category, touchpoint: place)
        guard !points.isEmpty || gap != nil else { return nil }
        return IssueAdvice(
            failPoints: points.prefix(Self.namedFailPoints).map { IssueAdvice.FailPoint($0, handbook) }, gap: gap)
    }

    /// Where most of these were met; of several the first in order, empty when none says it.
    private func touchpoint(of members: some Collection<IssueMemberRow>, _ writer: ViewWriter) throws -> String {
        var counts: [String: Int] = [:]
        for member in members {
            guard let row = try writer.existing(member.record), let record = try record(row) else { continue }
            let touchpoint =
                switch record.facts.body {
                case .complaint(let complaint): complaint.touchpoint
                case .visit(let visit): visit.problems.first?.touchpoint ?? ""
                default: ""
                }
            if !touchpoint.isEmpty { counts[touchpoint, default: 0] += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }

    /// The gap that most root causes name, else the one that the category makes suspect.
    private func gap(
        of members: some Collection<IssueMemberRow>, category: String, _ writer: ViewWriter
    ) throws -> IssueAdvice.Gap? {
        var counts: [Int: Int] = [:]
        for member in members {
            for step in try evidence(of: member.record, known: [:], writer)?.steps ?? [] {
                let gap = Int(step.facts.step.gap)
                if gap > 0 { counts[gap, default: 0] += 1 }
            }
        }
        if let stated = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), let gap = handbook.gap(stated.key)
        {
            return IssueAdvice.Gap(gap, stated: stated.value)
        }
        return handbook.suspectedGap(ofCategory: category).map { IssueAdvice.Gap($0, stated: 0) }
    }

    /// That an issue recurs at a fail point whose countermeasure is in force. (domain: recurring issues, flags.)
    func failedCountermeasure(
        _ issue: IssueRow, _ members: [IssueMemberRow], sites: [SiteID], _ writer: ViewWriter
    ) throws -> Flag? {
        // Most handbooks have none in force, and then nothing need be read.
        guard members.count >= 2, handbook.blueprint.failPoints.contains(where: \.failPoint.isInForce) else {
            return nil
        }
        let place = try touchpoint(of: members.suffix(Self.advisedOccurrences), writer)
        let points = handbook.failPoints(category: issue.category, touchpoint: place)
        guard let point = points.first(where: \.failPoint.isInForce), let latest = members.last else { return nil }
        var flag = Flag(
            .countermeasureFailed, subject: issue.id.description, key: point.failPoint.code, sites: sites,
            at: latest.occurred, rule: point.failPoint.code, evidence: members.suffix(10).map(\.record))
        flag.count = members.count
        return flag
    }
}

extension IssueAdvice.FailPoint {
    fileprivate init(_ placed: Blueprint.PlacedFailPoint, _ handbook: Handbook) {
        code = placed.failPoint.code
        name = placed.failPoint.term
        step = placed.step.term
        level = placed.step.level.rawValue
        side = placed.step.side.rawValue
        touchpoint = placed.touchpoint.flatMap(handbook.touchpoint)?.term
        countermeasure = placed.failPoint.countermeasure
        inForce = placed.failPoint.isInForce
    }
}

extension IssueAdvice.Gap {
    fileprivate init(_ gap: GapGuide, stated: Int) {
        number = gap.number
        name = gap.term
        self.stated = stated
        causes = gap.causes.map { Cause(name: $0.term, remedy: $0.remedy) }
    }
}
