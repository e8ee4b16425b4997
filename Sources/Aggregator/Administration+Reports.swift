import Digests
import Foundation
import Handbooks
import Platform
import Records
import struct Records.Record
import Recurrence
import Storage

extension Administration {
    func listIssues(_ request: IssueListRequest, by administrator: Administrator) async throws -> [IssueReport] {
        let limit = min(max(request.limit ?? 50, 1), 1000)
        var issues = try views.issues(limit: request.hot == true || request.text != nil ? 10_000 : limit)
        if let text = request.text {
            let found = Set(try await subjects(.issue, of: text, by: administrator))
            issues.removeAll { !found.contains($0.id) }
        }
        var reports: [IssueReport] = []
        for issue in issues where reports.count < limit {
            let windows = try views.windows(of: issue.id)
            if request.hot == true, windows.isEmpty { continue }
            reports.append(IssueReport(issue, windows))
        }
        return reports
    }

    func listRelated(_ request: IssueListRequest, _ related: IssueListRequest.Related) async -> [RelatedTextsReport] {
        await fold.related(related, limit: min(max(request.limit ?? 50, 1), 1000))
    }

    func showIssue(_ request: IssueRequest) async throws -> IssueReport {
        guard let issue = try views.issue(prefix: request.id) else {
            throw RequestFailure("there is no single issue whose id begins with \(request.id); see `huiyin issue list`")
        }
        var report = IssueReport(issue, try views.windows(of: issue.id))
        report.story = try await fold.story(of: issue.id)
        report.advice = try await fold.advice(on: issue, try views.members(of: issue.id))
        let decided = await decisionsByText()
        report.members = try views.members(of: issue.id).prefix(500).map { member in
            var site = ""
            var words = ""
            if let row = try views.row(member.record), let record = try fold.record(row) {
                site = row.site.text
                if let text = SourcedText.texts(of: record).first(where: { $0.text.id == member.text })?.text {
                    words = CustomerText.presentable(
                        [text.title, text.body].filter { !$0.isEmpty }.joined(separator: " — "), limit: 120)
                }
            }
            return IssueMember(
                record: member.record, site: site, occurredAt: member.occurred.rfc3339, text: words,
                reason: member.reason, score: member.score, decided: decided[member.text])
        }
        return report
    }

    func showDigest(_ request: DigestRequest) async throws -> DigestReport {
        let (month, language) = try parse(request)
        await fold.caughtUp()
        if request.preview != true, let closed = try await fold.edition(of: month, revision: request.revision) {
            return DigestReport(closed.digest, closed: true, language, request)
        }
        if let revision = request.revision {
            throw RequestFailure("there is no revision \(revision) of \(month); see `huiyin digest list`")
        }
        return DigestReport(
            try await fold.preview(of: month).digest, closed: false, language, request)
    }

    func closeDigest(_ request: DigestRequest) async throws -> DigestReport {
        let (month, language) = try parse(request)
        await fold.caughtUp()
        let end = month.range(in: await fold.handbook.zone).upperBound
        guard SystemClock.wall >= end || request.force == true else {
            throw RequestFailure("\(month) is not over; close it from \(end.rfc3339) on, or say --force")
        }
        let (edition, isNew) = try await fold.close(month)
        var report = DigestReport(edition.digest, closed: true, language, request)
        report.isNew = isNew
        return report
    }

    func listDigests() throws -> [ClosedMonth] {
        let revisions = try store.digestRevisions()
        let newest = Dictionary(revisions.map { ($0.month, $0.revision) }, uniquingKeysWith: max)
        return try revisions.map { item in
            let changes =
                item.changes.isEmpty
                ? [] : try JSONDecoder().decode([String].self, from: Data(item.changes.utf8))
            return ClosedMonth(
                month: item.month.description, revision: item.revision, closedAt: item.closedAt.rfc3339,
                changes: changes.count, stands: newest[item.month] == item.revision)
        }
    }

    /// The records behind a figure, of a closed revision or of the present.
    func explain(_ request: ExplainRequest) async throws -> FigureExplanation {
        let (month, language) = try parse(
            DigestRequest(month: request.month, language: request.language, revision: request.revision))
        await fold.caughtUp()
        var edition = try await fold.edition(of: month, revision: request.revision)
        if edition == nil, let revision = request.revision {
            throw RequestFailure("there is no revision \(revision) of \(month); see `huiyin digest list`")
        }
        if edition == nil { edition = try await fold.preview(of: month) }
        guard let edition else { throw RequestFailure("there is no digest of \(month)") }
        let figure = FigureName(request.figure)
        guard let told = edition.digest.told(figure, language) else {
            let near = edition.digest.figures.map(\.name.text).filter { $0.hasPrefix(request.figure) }
            let offer = (near.isEmpty ? edition.digest.figures.map(\.name.text) : near).prefix(12)
            throw RequestFailure(
                "\(month) has no figure \(request.figure); there are \(offer.joined(separator: ", ")) …")
        }
        let records = edition.evidence.records(of: figure)
        return FigureExplanation(
            month: month.description, revision: edition.digest.revision, figure: figure.text, label: told.label,
            value: told.value, count: records.count,
            records: try records.prefix(FigureExplanation.mostRecords).map { id in
                let row = try views.row(id)
                return ExplainedRecord(
                    id: id, site: row?.site.text, kind: row?.kind.term[language], occurredAt: row?.occurred.rfc3339)
            })
    }

    private func parse(_ request: DigestRequest) throws -> (Month, Language) {
        guard let month = Month(request.month) else {
            throw RequestFailure("\(request.month) is no month such as 2026-10")
        }
        guard let language = Language(rawValue: request.language ?? Language.chinese.rawValue) else {
            throw RequestFailure("the language must be zh-CN or en")
        }
        return (month, language)
    }
}

extension DigestReport {
    init(_ digest: Digest, closed: Bool, _ language: Language, _ request: DigestRequest) {
        let asJSON = request.asJSON ?? false
        self.init(
            month: digest.period.month.description, revision: digest.revision, closed: closed, isNew: nil,
            hash: digest.hash,
            markdown: asJSON ? nil : digest.markdown(language, appendix: request.appendix ?? false),
            json: asJSON ? digest.json : nil,
            changes: digest.changes?.inWords(language, of: digest) ?? [])
    }
}

extension IssueReport {
    init(_ issue: IssueRow, _ windows: [IssueWindowRow]) {
        self.init(
            id: issue.id, title: CustomerText.presentable(issue.title, limit: 80), category: issue.category,
            occurrences: issue.occurrences, complainants: issue.complainants, anonymous: issue.anonymous,
            sites: issue.sites, places: issue.places, kinds: issue.kinds, firstSeen: issue.firstSeen.rfc3339,
            lastSeen: issue.lastSeen.rfc3339,
            hot: windows.map { window in
                IssueHotWindow(
                    from: window.start.rfc3339, completedAt: window.completed.rfc3339, until: window.until.rfc3339,
                    complainants: window.complainants, anonymous: window.anonymous, records: window.records)
            }, members: nil)
    }
}
