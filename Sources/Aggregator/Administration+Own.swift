import Foundation
import Handbooks
import Platform
package import Records
import Storage

/// `record.write`: one record that headquarters writes down.
package struct OwnRecordRequest: Codable, Sendable {
    /// The form as JSON text: the same fields and words as at a branch.
    package var form: String

    package init(form: String) { self.form = form }
}

/// `record.correct`.
package struct CorrectionRequest: Codable, Sendable {
    package var record: RecordID
    package var reason: String
    /// The fields that change, as JSON text; every value a text.
    package var changes: String

    package init(record: RecordID, reason: String, changes: String) {
        self.record = record
        self.reason = reason
        self.changes = changes
    }
}

/// What became of it.
package struct OwnRecordAnswer: Codable, Sendable {
    package var id: RecordID
    /// saved, known (the same was written before) or conflict (another one under its name was).
    package var status: String
}

extension Administration {
    /// Writes a record down in headquarters' own log, with the administrator as its author.
    func writeRecord(_ request: OwnRecordRequest, by administrator: Administrator) async throws -> OwnRecordAnswer {
        var form = try RecordForm(
            FormFaults.object(json: Data(request.form.utf8)), source: .text, context: await ownContext(administrator))
        switch form.facts.body {
        case .visit, .complaint, .survey, .customer:
            throw RequestFailure(
                "headquarters decides; what customers say is written down at a site: run an agent for this office")
        default: break
        }
        try refuseUnknownSites(form.facts)
        if case .action(let action) = form.facts.body, !action.department.isEmpty {
            let handbook = await fold.handbook
            guard let code = handbook.departmentCode(action.department) else {
                let known = handbook.departments.map { "\($0.code) \($0.term.chinese)" }.joined(separator: ", ")
                throw RequestFailure("the handbook has no department \(action.department); it has: \(known)")
            }
            form.facts.action.department = code
        }
        if case .progress(let progress) = form.facts.body {
            let named = RecordID(bytes: progress.actionID)
            guard let named, try views.row(named)?.kind == .action else {
                throw RequestFailure("there is no action item \(named?.description ?? ""); see `huiyin meeting list`")
            }
        }
        if let target = RecordID(bytes: form.facts.retraction.recordID), try views.row(target)?.kind == .erasure {
            throw RequestFailure("record \(target) is an erasure: what it took cannot be brought back")
        }
        let answer = try await write(form)
        if case .erasure = form.facts.body { try erasing.round() }
        return answer
    }

    /// What names a site that there is none of would go nowhere, and nobody would know.
    private func refuseUnknownSites(_ facts: Facts) throws {
        let names =
            switch facts.body {
            case .action(let action): action.sites
            case .lesson(let lesson): lesson.sites
            case .step(let step): step.toSite.isEmpty ? [] : [step.toSite]
            default: [String]()
            }
        let known = Set(registry.sites.map(\.id.text) + [SiteID.headquarters.text])
        let unknown = names.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw RequestFailure("there is no site \(unknown.joined(separator: ", ")); see `huiyin status`")
        }
    }

    /// Corrects any record, on top of what was corrected before.
    func correctRecord(_ request: CorrectionRequest, by administrator: Administrator) async throws -> OwnRecordAnswer {
        await fold.caughtUp()
        guard let row = try views.row(request.record), let record = try fold.record(row) else {
            throw RequestFailure("there is no record \(request.record)")
        }
        guard !row.isRetracted else {
            throw RequestFailure("record \(request.record) was retracted; retract the retraction first")
        }
        let form = try RecordForm(
            correcting: record, changes: FormFaults.object(json: Data(request.changes.utf8)), reason: request.reason,
            source: .text, context: await ownContext(administrator))
        return try await write(form)
    }

    private func ownContext(_ administrator: Administrator) async -> FormContext {
        let handbook = await fold.handbook
        return FormContext(
            site: .headquarters, zone: handbook.zone, now: SystemClock.wall, author: administrator.name,
            role: .headquarters, pseudonyms: nil, policy: handbook.formPolicy)
    }

    private func write(_ form: RecordForm) async throws -> OwnRecordAnswer {
        let id = form.clientID.map { RecordID(site: .headquarters, clientID: $0) }
        return try await write(SiteLog.Draft(facts: form.facts, personal: form.personal, id: id))
    }

    /// Writes a draft down in headquarters' own log.
    func write(_ draft: SiteLog.Draft) async throws -> OwnRecordAnswer {
        switch try await own.write(draft, at: SystemClock.wall) {
        case .saved(let id, _): return OwnRecordAnswer(id: id, status: "saved")
        case .known(let id): return OwnRecordAnswer(id: id, status: "known")
        case .conflict(let id): return OwnRecordAnswer(id: id, status: "conflict")
        }
    }
}
