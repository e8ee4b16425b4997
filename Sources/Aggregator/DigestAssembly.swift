import Digests
import Foundation
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Rules
import Storage

extension Fold {
    /// The values of a month from the views, judged at `asOf`: what was recorded later but occurred before counts, what
    /// occurred after does not.
    func digestInput(of month: Month, asOf: Timestamp) throws -> DigestInput {
        let range = month.range(in: handbook.zone)
        var input = DigestInput(
            month: month, zone: handbook.zone,
            handbook: HandbookReference(name: handbook.title, version: handbook.version), asOf: asOf,
            meeting: handbook.meetingPlan)
        input.categories = handbook.categories.map { category in
            CategoryName(
                category.code, category.term, parent: category.parent,
                owner: handbook.owner(ofCategory: category.code)?.term)
        }
        input.touchpoints = handbook.touchpoints.map { NamedCode($0.code, $0.term) }
        input.limits = handbook.timeLimits.limits.map { NamedCode($0.code, $0.term) }
        input.rules = handbook.grading.rules.map { NamedCode($0.code, $0.term) }
        input.standards = handbook.standards.compactMap { StandardTarget($0, handbook) }
        input.benchmarks = handbook.benchmarks.compactMap { BenchmarkTarget($0, handbook) }
        input.matrix = (handbook.impactControl?.cells ?? []).map { cell in
            NamedCode("\(cell.impact.code).\(cell.control.code)", cell.kind.term)
        }
        input.policy = DigestPolicy(
            smallSample: handbook.digest.smallSample,
            underReportingShare: Double(handbook.digest.underReportingPercent) / 100)
        input.gaps = handbook.gaps.map { NamedCode(String($0.number), $0.term) }
        input.elements = Questionnaire.Element.allCases.map { NamedCode($0.rawValue, $0.term) }
        input.questionnaires = (handbook.surveys?.questionnaires ?? []).map { NamedCode($0.code, $0.term) }
        let rows = try views.rows(in: month)
        input.sites = try sites(rows, range)
        let customers = try views.customers()
        let assignments = try views.issueAssignments(in: range)
        // One transaction, so that every case is judged from the same views.
        input = try views.write { writer in
            var filled = input
            try add(rows, customers, assignments, asOf, writer, to: &filled)
            return filled
        }
        try addCustomers(month, customers, asOf: asOf, to: &input)
        try addNeglect(rows, until: min(range.upperBound, asOf), to: &input)
        input.issues = try issues(range)
        input.flags = try flags(range)
        input.late = try late(month, rows)
        input.backdated = rows.filter { $0.recorded - $0.occurred > handbook.digest.backdatedAfter }.map { row in
            BackdatedRecord(
                id: row.id, site: row.site, kind: row.kind.term, occurred: row.occurred, recorded: row.recorded)
        }
        try addEarlierMonths(month, to: &input)
        input.outcomes = try outcomes(month, asOf: asOf)
        return input
    }

    /// The closed months of the year before: what this one is compared with.
    private func addEarlierMonths(_ month: Month, to input: inout DigestInput) throws {
        var earlier = month
        for _ in 0..<12 {
            earlier = earlier.preceding
            guard let closed = try edition(of: earlier)?.digest.asPreviousMonth else { continue }
            input.earlier.append(closed)
            if earlier == month.preceding { input.previous = closed }
        }
        input.yearBefore = input.earlier.last { $0.month == earlier }
    }

    private func sites(_ rows: [RecordRow], _ range: Range<Timestamp>) throws -> [SiteMonth] {
        let counts = Dictionary(grouping: rows, by: \.site).mapValues(\.count)
        let withheld = try views.withheldCounts(in: Month(of: range.lowerBound, in: handbook.zone))
        return try registry.sites.map { site in
            let seal = try views.seals(of: site.id).last
            let coverage: SiteCoverage
            if let end = site.life.expectedEnd(in: range) {
                coverage = self.coverage(of: site.id, sealed: seal?.until, until: end, range)
            } else {
                coverage = .notExpected
            }
            return SiteMonth(
                id: site.id, name: Term(site.name, site.name), coverage: coverage,
                clockUnchecked: seal.map { !$0.clockChecked } ?? false, records: counts[site.id] ?? 0,
                gaps: try gaps(of: site.id, in: range), withheld: withheld[site.id] ?? 0)
        }
    }

    /// Entries that are missing for good and may be of a span of time: recorded between the last whole one before them and the
    /// moment when their loss was found.
    private func gaps(of site: SiteID, in range: Range<Timestamp>) throws -> [SequenceGap] {
        let damaged = try store.lostEntries(of: site).filter { lost in
            lost.foundAt >= range.lowerBound && lost.after.map { $0 < range.upperBound } ?? true
        }
        return try store.losses(of: site, in: range).map { SequenceGap(first: $0.first, last: $0.last) }
            + damaged.map {
                SequenceGap(first: $0.range.first, last: $0.range.last, since: $0.after, foundAt: $0.foundAt)
            }
    }

    /// How completely a site is known up to `end`, until when its records are expected in that month.
    private func coverage(
        of site: SiteID, sealed: Timestamp?, until end: Timestamp, _ range: Range<Timestamp>
    ) -> SiteCoverage {
        let heard = heardUntil(site)
        if let sealed, sealed >= range.upperBound { return .complete(until: sealed) }
        // A site that closes amid a month seals it no more: that it was heard until then is enough.
        if end < range.upperBound, let heard, heard >= end { return .complete(until: heard) }
        guard let heard, heard > range.lowerBound else { return .silent(since: heard) }
        // What it says after the month tells nothing of it, and would make a revision each time.
        return .partial(heardUntil: min(heard, end))
    }

    private func add(
        _ rows: [RecordRow], _ customers: [Data: Data], _ assignments: [RecordID: RecordID], _ asOf: Timestamp,
        _ writer: ViewWriter, to input: inout DigestInput
    ) throws {
        let questions = SurveyQuestions(handbook)
        for row in rows {
            switch row.kind {
            case .complaint:
                if let summary = try summary(row, customers, assignments, asOf, writer) { input.cases.append(summary) }
            case .visit:
                guard let record = try record(row) else { continue }
                input.visits.append(VisitSummary(record, erasures))
            case .survey:
                guard let record = try record(row) else { continue }
                input.surveys.append(SurveySummary(record, questions))
            case .step, .customer, .load, .correction, .retraction, .merge, .unmerge, .erasure, .action, .handbook,
                .lesson, .issueDecision, .progress:
                continue
            }
        }
    }

    private func summary(
        _ row: RecordRow, _ customers: [Data: Data], _ assignments: [RecordID: RecordID], _ asOf: Timestamp,
        _ writer: ViewWriter
    ) throws -> CaseSummary? {
        guard var evidence = try evidence(of: row.id, known: [:], writer) else { return nil }
        evidence.steps.removeAll { $0.occurred > asOf }
        evidence.visits.removeAll { $0.occurred > asOf }
        if let hot = evidence.hot, hot.completedAt > asOf { evidence.hot = nil }
        let view = rules.view(of: evidence, at: asOf)
        let complaint = evidence.complaint.facts.complaint
        let customer = row.token.flatMap { customers[$0] }
        var summary = CaseSummary(
            id: row.id, site: row.site, category: complaint.category.nonEmpty,
            touchpoint: complaint.touchpoint.nonEmpty,
            product: complaint.product.nonEmpty, madeAt: row.occurred, channel: complaint.channel,
            complainant: customer.map { $0.base64EncodedString() }, grade: view.grade, peak: view.peak,
            rises: view.rises.map { Digests.GradeRise(rule: $0.rule.code, grade: $0.grade, at: $0.at) },
            state: Digests.CaseState(view.state), answeredAt: view.answeredAt, urgent: view.urgent,
            limits: view.limits.reduce(into: [:]) { $0[$1.code] = LimitOutcome($1.status) }, groupSize: view.groupSize,
            delayCause: view.delayCause, issue: assignments[row.id])
        (summary.impact, summary.control) = evidence.impactAndControl
        summary.curve = view.curve.map(CurvePoint.init)
        summary.firstReaction = view.firstReaction
        summary.satisfactionAfter = evidence.satisfactionAfter
        summary.rootCause = view.rootCause.map { RootCauseSummary($0, evidence) }
        if let customer, let key = row.textKey {
            summary.distinctOf = try views.complaints(withTextKey: key)
                .first { $0.token.flatMap { customers[$0] } == customer }
                .flatMap { $0.id == row.id ? nil : $0.id }
        }
        return summary
    }

    private func issues(_ range: Range<Timestamp>) throws -> [IssueSummary] {
        try views.issues(in: range).map { issue in
            let members = try views.members(of: issue.id)
            let inMonth = members.filter { range.contains($0.occurred) }
            var summary = IssueSummary(
                id: issue.id, title: issue.title, category: issue.category.nonEmpty, members: inMonth.map(\.record),
                occurrences: issue.occurrences, complainants: issue.complainants, anonymous: issue.anonymous,
                sites: issue.sites.compactMap { try? SiteID($0) },  // a name that is no site's id is nobody's
                firstSeen: issue.firstSeen, lastSeen: issue.lastSeen,
                status: range.contains(issue.firstSeen) ? .new : .recurring)
            if let window = try views.windows(of: issue.id).last(where: {
                $0.start < range.upperBound && $0.latest >= range.lowerBound
            }) {
                summary.hot = HotWindow(
                    from: window.start, until: window.latest, complainants: window.complainants, records: window.records
                )
            }
            if let category = issue.category.nonEmpty {
                let point = handbook.failPoints(category: category, touchpoint: "").first?.failPoint
                (summary.failPoint, summary.countermeasure) = (point?.term, point?.countermeasure)
                summary.gap = handbook.suspectedGap(ofCategory: category)?.term
            }
            summary.weeks = Self.weeks(members.map(\.occurred), until: range.upperBound)
            for member in inMonth.prefix(3) {
                guard let row = try views.row(member.record), let record = try record(row) else { continue }
                summary.samples.append(
                    contentsOf: SourcedText.texts(of: record).first { $0.text.id == member.text }?.words ?? [])
            }
            return summary
        }
    }

    /// How many occurred in each of the 26 weeks before a moment.
    private static func weeks(_ moments: [Timestamp], until end: Timestamp) -> [Int] {
        var weeks = [Int](repeating: 0, count: 26)
        for moment in moments where moment < end {
            let ago = Int((end - moment).wholeMilliseconds - 1) / (7 * 86_400_000)
            if ago < weeks.count { weeks[weeks.count - 1 - ago] += 1 }
        }
        return weeks
    }

    private func flags(_ range: Range<Timestamp>) throws -> [FlagSummary] {
        let rows = try views.flags(in: range).filter { row in
            // Limits have tables of their own.
            row.kind != FlagKind.limitWarning.rawValue && row.kind != FlagKind.limitBreached.rawValue
        }
        let numbers = try store.feedNumbers(of: rows.map(\.id))
        return rows.compactMap { row in
            // The payload was written by this program; one that cannot be read stays in the feed and makes no line here.
            guard let payload = try? FlagPayload(json: row.payload), (payload.flag.grade ?? .critical) >= .hot else {
                return nil
            }
            // Its site and records stand in columns of their own: the sentence has room for the reason.
            var sentence = payload.flag
            sentence.subject = String(sentence.subject.prefix(8))
            if sentence.sites.count == 1 { sentence.sites = [] }
            let title = payload.title.map { " — \($0)" } ?? ""
            let text = Term(
                sentence.text(.chinese, handbook: handbook) + title,
                sentence.text(.english, handbook: handbook) + title)
            return FlagSummary(
                number: numbers[row.id] ?? 0, kind: row.kind, name: payload.flag.kind.term, at: row.at,
                site: row.sites.count == 1 ? row.sites[0] : nil, grade: payload.flag.grade, text: text,
                records: payload.flag.evidence, withdrawn: row.withdrawn)
        }
    }

    /// Records that arrived after their month was closed: those of this month, and those of closed months that arrived since
    /// the month before this one was closed.
    private func late(_ month: Month, _ rows: [RecordRow]) throws -> [LateRecord] {
        var late: [LateRecord] = []
        if let closed = try store.digests(of: month).first?.closedAt {
            late += rows.filter { $0.received > closed }.map { LateRecord($0) }
        }
        let since = try store.digests(of: month.preceding).first?.closedAt
        for earlier in try store.closedMonths() where earlier.month < month {
            guard let since, let closed = try store.digests(of: earlier.month).first?.closedAt else { continue }
            late += try views.rows(in: earlier.month).filter { $0.received > max(closed, since) }.map { LateRecord($0) }
        }
        return late
    }
}
