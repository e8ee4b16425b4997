import Foundation
import Handbooks
package import Records
package import Rules
import Storage

/// The branch's own view of its cases, by the same rules as at headquarters and without a link. What only headquarters can
/// know, other sites' complaints of the same, is not in it. (domain: dispatch, and the branch's own view.)
extension SiteBook {
    /// The cases that are wanted: open ones first, of these the overdue, the gravest, the oldest.
    /// - Parameter showsWords: whether customers' words are shown.
    package func cases(_ filter: CaseFilter, showsWords: Bool, at now: Timestamp) throws -> [CaseReport] {
        try catchUp()
        let rules = CaseRules(handbook: handbook)
        cases.judge(by: rules.handbook.version)
        for id in cases.records.keys where isStale(cases.lines[id], at: now) {
            cases.lines[id] = try evidence(of: id, rules, at: now).map { SiteCases.Line(rules.view(of: $0, at: now)) }
        }
        let categories = filter.categories(rules.handbook)
        let wanted = cases.lines.filter { _, line in
            (filter.grade == nil || line.grade == filter.grade)
                && (filter.site == nil || line.sites.contains { $0.text == filter.site })
                && (categories?.contains(line.category) ?? true)
                && (filter.isOpen == nil || line.isOpen == filter.isOpen)
                && (filter.isOverdue == nil || line.isOverdue == filter.isOverdue)
        }
        return try wanted.sorted { $0.value.precedes($1.value, $0.key, $1.key) }.prefix(max(filter.limit, 0)).compactMap
        {
            id, _ in
            try report(id, rules, language(filter.language), showsWords: showsWords, at: now, detailed: false)
        }
    }

    /// One case with everything that happened to it; nil when it is not known here.
    /// - Parameter name: the complaint's id, its beginning, or what this site's client called it.
    package func showCase(
        _ name: String, language: String?, showsWords: Bool, at now: Timestamp
    ) throws -> CaseReport? {
        try catchUp()
        let wanted = name.lowercased()
        let named = RecordID(name) ?? RecordID(site: log.site, clientID: name)
        let ids =
            cases.records[named] != nil
            ? [named] : wanted.count < 4 ? [] : cases.records.keys.filter { $0.description.hasPrefix(wanted) }
        guard ids.count == 1, let id = ids.first else { return nil }
        return try report(
            id, CaseRules(handbook: handbook), self.language(language), showsWords: showsWords, at: now, detailed: true)
    }

    func language(_ name: String?) -> Language { name.flatMap(Language.init(rawValue:)) ?? .chinese }

    private func isStale(_ line: SiteCases.Line?, at now: Timestamp) -> Bool {
        guard let line else { return true }
        return line.nextReview.map { $0 <= now } ?? false || line.awaitsWord.map { $0 <= heardOfOthers } ?? false
    }

    private func report(
        _ id: RecordID, _ rules: CaseRules, _ language: Language, showsWords: Bool, at now: Timestamp, detailed: Bool
    ) throws -> CaseReport? {
        guard let evidence = try evidence(of: id, rules, at: now) else { return nil }
        let view = rules.view(of: evidence, at: now)
        let words = { (text: String) in showsWords ? text : "" }
        var report = CaseReport(evidence, view, handbook: handbook, language: language, at: now, words: words)
        if detailed {
            report.detail = CaseDetail(evidence, view, handbook: handbook, language: language, at: now, words: words)
        }
        return report
    }

    /// What is known here of a case; nil without its complaint.
    func evidence(of id: RecordID, _ rules: CaseRules, at now: Timestamp) throws -> CaseEvidence? {
        guard let complaint = try record(id), case .complaint = complaint.facts.body else { return nil }
        var evidence = CaseEvidence(complaint: complaint, zone: zone, heardUntil: now)
        for other in cases.records[id] ?? [] where other != id {
            guard let record = try record(other) else { continue }
            switch record.facts.body {
            case .step: evidence.steps.append(record)
            case .visit: evidence.visits.append(record)
            default: break
            }
        }
        if rules.dependsOnTiers { evidence.tier = try tier(of: complaint) }
        // What another site does about it is known here only as far as headquarters handed it on.
        if rules.responsibleSite(of: evidence) != log.site { evidence.heardUntil = heardOfOthers }
        return evidence
    }

    /// The tier that the customer had when the complaint was made.
    private func tier(of complaint: Record) throws -> String? {
        guard let number = customers.customer(withTokens: complaint.facts.customerTokens) else { return nil }
        let profiles = try (customers.customers[number]?.records ?? []).compactMap { try record($0) }
        return CustomerTier.stated(in: profiles, at: complaint.occurred)
    }
}

extension SiteCases.Line {
    init(_ view: CaseView) {
        self.init(
            grade: view.grade, made: view.madeAt, category: view.category, sites: [view.site, view.responsibleSite],
            isOpen: view.isOpen, isOverdue: view.isOverdue, nextReview: view.nextReview, awaitsWord: view.awaitsWord)
    }

    /// Open ones first, of these the overdue, the gravest, the oldest; then the newest.
    func precedes(_ other: Self, _ id: RecordID, _ otherID: RecordID) -> Bool {
        let rank = { (line: Self) in
            (line.isOpen ? 0 : 1, line.isOverdue ? 0 : 1, -line.grade.rawValue)
        }
        let (mine, its) = (rank(self), rank(other))
        if mine != its { return mine < its }
        return made == other.made ? id < otherID : isOpen ? made < other.made : made > other.made
    }
}
