import Foundation
import GRDB
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

extension Fold {
    /// Judges a case anew from everything that is known of it, and sets its flags.
    /// - Parameter cause: the amendment that made it another one; nil when something came in.
    /// - Returns: what it follows from, when other sites than its own have to do with it.
    @discardableResult
    func judge(
        _ id: RecordID, known: [RecordID: Record] = [:], _ writer: ViewWriter, at now: Timestamp,
        cause: RecordID? = nil
    ) throws -> CaseEvidence? {
        guard let evidence = try evidence(of: id, known: known, writer) else {
            // Its complaint has not arrived, or does not count any more.
            try writer.removeCase(id)
            if cause != nil { try writer.share(id, among: []) }
            try writer.setFlags([], of: id) { $0.withdrawn(by: cause) }
            return nil
        }
        let view = rules.view(of: evidence, at: now)
        try writer.write(CaseRow(view))
        try setFlags(rules.flags(for: view), of: id, evidence, cause, writer)
        let involved = Distribution.given(evidence)
        let isShared =
            !involved.isEmpty || (evidence.steps + evidence.visits).contains { $0.site != evidence.complaint.site }
        if isShared || cause != nil {
            try writer.share(id, among: isShared ? [evidence.complaint.site] + involved : [])
        }
        return isShared ? evidence : nil
    }

    /// Judges the cases that change by time, or by word of their site, up to `now`. True when there are more.
    func review(at now: Timestamp) throws -> Bool {
        var due = try views.casesDue(at: now, limit: Self.reviews)
        if due.count < Self.reviews {
            for site in registry.sites {
                guard let until = heardUntil(site.id) else { continue }
                due += try views.casesAwaitingWord(of: site.id, until: until, limit: Self.reviews - due.count)
                if due.count >= Self.reviews { break }
            }
        }
        guard !due.isEmpty else { return false }
        try views.write { writer in
            for id in due { try judge(id, writer, at: now) }
        }
        return due.count >= Self.reviews
    }

    func nextReview() throws -> Timestamp? { try views.nextReview() }

    /// Everything that a case follows from; nil while its complaint has not arrived.
    func evidence(of id: RecordID, known: [RecordID: Record], _ writer: ViewWriter) throws -> CaseEvidence? {
        let rows = try Views.rows(ofCase: id, writer.database)
        guard let row = rows.first(where: { $0.id == id && $0.kind == .complaint }) else { return nil }
        guard let complaint = try known[id] ?? record(row) else { return nil }
        let zone = registry.zone(of: row.site) ?? handbook.zone
        var evidence = CaseEvidence(complaint: complaint, zone: zone, heardUntil: heardUntil(row.site) ?? .zero)
        for row in rows where row.id != id {
            guard let record = try record(row) else { continue }
            if row.kind == .step { evidence.steps.append(record) }
            if row.kind == .visit { evidence.visits.append(record) }
        }
        // The site that has to act is the one whose word counts for limits.
        let responsible = rules.responsibleSite(of: evidence)
        if responsible != row.site { evidence.heardUntil = heardUntil(responsible) ?? .zero }
        if rules.dependsOnTiers, let token = row.token {
            let profiles = try writer.profiles(ofToken: token).compactMap { try record($0) }
            evidence.tier = CustomerTier.stated(in: profiles, at: complaint.occurred)
        }
        guard let context = try writer.context(of: id) else { return evidence }
        if let start = context.window, let window = try writer.window(of: context.issue, start: start) {
            evidence.hot = HotEvidence(window)
        }
        if let earlier = context.earlier, let kind = context.repeatKind.flatMap(RepeatEvidence.Kind.init(rawValue:)) {
            evidence.repeatOf = RepeatEvidence(earlier: earlier, kind: kind, at: complaint.occurred)
        }
        return evidence
    }

    /// Until when everything that a site wrote is known; nil when it was never heard.
    func heardUntil(_ site: SiteID) -> Timestamp? {
        // What is written here is known at once.
        if site == .headquarters { return Timestamp(milliseconds: .max) }
        return if let cut { cut.heard[site] } else { contacts[site] }
    }

    /// Makes `wanted` what stands of a case. What no longer stands is withdrawn, naming the latest record that came in.
    private func setFlags(
        _ wanted: [Flag], of id: RecordID, _ evidence: CaseEvidence, _ cause: RecordID?, _ writer: ViewWriter
    ) throws {
        let newest = ([evidence.complaint] + evidence.steps + evidence.visits).max { $0.facts.clock < $1.facts.clock }
        try writer.setFlags(try wanted.map { try FlagRow($0, subject: id) }, of: id) { flag in
            flag.withdrawn(by: cause ?? newest?.id)
        }
    }
}

extension CaseRow {
    init(_ view: CaseView) {
        self.init(
            id: view.id, site: view.responsibleSite, made: view.madeAt, category: view.category, grade: view.grade,
            peak: view.peak, state: view.state.code, summary: view.summary, nextReview: view.nextReview,
            awaitsWord: view.awaitsWord, isOverdue: view.isOverdue)
    }
}

extension CaseView {
    /// Rises and limits in one line, without anything that depends on the moment of judging.
    var summary: String {
        let rises = rises.map { "\($0.rule.code)@\($0.at.milliseconds)" }
        let limits = limits.map { "\($0.code)=\($0.status.code)" }
        return (rises + limits).joined(separator: " ")
    }
}

extension HotEvidence {
    init(_ window: IssueWindowRow) {
        self.init(
            issue: window.issue.description, complaints: window.records, complainants: window.complainants,
            completedAt: window.completed, latestAt: window.latest)
    }
}
