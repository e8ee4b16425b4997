import Digests
import Foundation
import Handbooks
import Platform
import Records
import struct Records.Record
import Replication
import Rules
import Storage

/// Cases as they are shown, judged at the moment at which somebody asks.
extension Fold {
    /// Greatest number of cases in one answer.
    static let mostCases = 10_000

    /// How many lines an answer has when somebody asks for so many: a request may name any number.
    static func bounded(_ limit: Int) -> Int { min(max(limit, 1), mostCases) }

    /// The cases that are wanted, in the order of `Views.cases`.
    /// - Parameter found: only these, where somebody looked for words.
    func caseReports(_ filter: CaseFilter, among found: [RecordID]? = nil, showsWords: Bool) throws -> [CaseReport] {
        let now = moment.wall
        let language = Language(named: filter.language)
        return try views.write { writer in
            var query = CaseQuery(filter, handbook)
            query.ids = found
            return try Views.cases(query, writer.database).compactMap { id in
                guard let (evidence, view) = try judged(id, writer, at: now) else { return nil }
                return report(evidence, view, language, showsWords: showsWords, at: now, detailed: false)
            }
        }
    }

    /// One case with everything that happened to it; nil when its complaint is not here or does not count.
    func caseReport(_ id: RecordID, _ language: Language, showsWords: Bool) throws -> CaseReport? {
        let now = moment.wall
        return try views.write { writer in
            try judged(id, writer, at: now).map { evidence, view in
                report(evidence, view, language, showsWords: showsWords, at: now, detailed: true)
            }
        }
    }

    /// What the morning meeting looks at.
    func today(_ language: Language, showsWords: Bool) throws -> TodayReport {
        let now = moment.wall
        var today = TodayReport(at: now.text(in: handbook.zone))
        let filter = CaseFilter(isOpen: true, limit: Self.mostCases)
        try views.write { writer in
            for id in try Views.cases(CaseQuery(filter, handbook), writer.database) {
                guard let (evidence, view) = try judged(id, writer, at: now) else { continue }
                let report = report(evidence, view, language, showsWords: showsWords, at: now, detailed: false)
                today.add(report, view, at: now)
            }
        }
        for flag in try views.standingFlags(of: FlagKind.keyAccountSilent.rawValue) {
            today.lapsed.append(try FlagPayload(json: flag.payload).flag.text(language, handbook: handbook))
        }
        for (site, status) in silences.sorted(by: { $0.key < $1.key }) {
            switch status {
            case .active: break
            case .quiet(let since):
                today.silent.append(
                    Term(
                        "\(site) 自 \(since.text(in: handbook.zone)) 起无记录",
                        "\(site): no records since \(since.text(in: handbook.zone))")[language])
            case .unheard(let since):
                today.silent.append(
                    Term(
                        "\(site) 自 \(since.text(in: handbook.zone)) 起失联",
                        "\(site): not heard since \(since.text(in: handbook.zone))")[language])
            }
        }
        return today
    }

    private func judged(
        _ id: RecordID, _ writer: ViewWriter, at now: Timestamp
    ) throws -> (evidence: CaseEvidence, view: CaseView)? {
        guard let evidence = try evidence(of: id, known: [:], writer) else { return nil }
        return (evidence, rules.view(of: evidence, at: now))
    }

    private func report(
        _ evidence: CaseEvidence, _ view: CaseView, _ language: Language, showsWords: Bool, at now: Timestamp,
        detailed: Bool
    ) -> CaseReport {
        let words = { (text: String) in
            showsWords ? CustomerText.presentable(text, limit: detailed ? Self.mostOfWords : Self.mostOfTitle) : ""
        }
        var report = CaseReport(evidence, view, handbook: handbook, language: language, at: now, words: words)
        if detailed {
            report.detail = CaseDetail(evidence, view, handbook: handbook, language: language, at: now, words: words)
        }
        return report
    }

    private static let mostOfTitle = 60
    private static let mostOfWords = 400
}

extension CaseQuery {
    init(_ filter: CaseFilter, _ handbook: Handbook) {
        self.init(
            grade: filter.grade, site: filter.site, categories: filter.categories(handbook), isOpen: filter.isOpen,
            isOverdue: filter.isOverdue, limit: Fold.bounded(filter.limit))
    }
}
