import Foundation
import Handbooks
import Records
import Rules
import Storage

/// `case.show`: a case by its id or the beginning of it.
package struct CaseRequest: Codable, Sendable {
    package var id: String
    /// `zh-CN` or `en`.
    package var language: String?

    package init(id: String, language: String?) {
        self.id = id
        self.language = language
    }
}

/// `today`.
package struct TodayRequest: Codable, Sendable {
    /// `zh-CN` or `en`.
    package var language: String?

    package init(language: String?) { self.language = language }
}

/// `case.give`: a case goes to a site, 派单 or 转派. Its records follow by the outbox, and its clocks keep running.
package struct CaseGivingRequest: Codable, Sendable {
    /// An id or its beginning.
    package var id: String
    package var site: String
    /// Who is to have it there; empty for nobody in particular.
    package var person: String
    package var reason: String

    package init(id: String, site: String, person: String, reason: String) {
        self.id = id
        self.site = site
        self.person = person
        self.reason = reason
    }
}

extension Administration {
    // Who may only read is not told what customers said.

    func listCases(_ filter: CaseFilter, by administrator: Administrator) async throws -> [CaseReport] {
        await fold.caughtUp()
        var found: [RecordID]?
        if let text = filter.text { found = try await subjects(.complaint, of: text, by: administrator) }
        return try await fold.caseReports(filter, among: found, showsWords: administrator.seesWords)
    }

    func showCase(_ request: CaseRequest, by administrator: Administrator) async throws -> CaseReport {
        await fold.caughtUp()
        let id = try caseID(request.id)
        let language = Language(named: request.language)
        guard let report = try await fold.caseReport(id, language, showsWords: administrator.seesWords) else {
            throw RequestFailure("case \(id) does not count any more; its complaint was retracted")
        }
        return report
    }

    func today(_ request: TodayRequest, by administrator: Administrator) async throws -> TodayReport {
        await fold.caughtUp()
        return try await fold.today(Language(named: request.language), showsWords: administrator.seesWords)
    }

    /// Gives a case to a site: the first time it is dispatched, later transferred.
    func giveCase(_ request: CaseGivingRequest, by administrator: Administrator) async throws -> OwnRecordAnswer {
        await fold.caughtUp()
        let id = try caseID(request.id)
        guard let report = try await fold.caseReport(id, .english, showsWords: false) else {
            throw RequestFailure("case \(id) does not count any more; its complaint was retracted")
        }
        guard report.responsibleSite.text != request.site else {
            throw RequestFailure("\(request.site) is responsible for case \(id) already")
        }
        var form = [
            "kind": "step", "case": id.description,
            "step": (report.wasGiven ? CaseStep.Kind.transferred : .dispatched).code, "to_site": request.site,
        ]
        if !request.person.isEmpty { form["to_person"] = request.person }
        if !request.reason.isEmpty { form["text"] = request.reason }
        let text = String(decoding: try JSONEncoder().encode(form), as: UTF8.self)
        return try await writeRecord(OwnRecordRequest(form: text), by: administrator)
    }

    private func caseID(_ text: String) throws -> RecordID {
        guard let id = try views.caseID(prefix: text) else {
            throw RequestFailure("there is no single case whose id begins with \(text); see `huiyin case list`")
        }
        return id
    }
}
