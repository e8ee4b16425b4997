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

/// What became of it.
package struct OwnRecordAnswer: Codable, Sendable {
    package var id: RecordID
    /// saved, known (the same was written before) or conflict (another one under its name was).
    package var status: String
}

extension Administration {
    /// Writes a record down in headquarters' own log, with the administrator as its author.
    func writeRecord(_ request: OwnRecordRequest, by administrator: Administrator) async throws -> OwnRecordAnswer {
        let now = SystemClock.wall
        let handbook = await fold.handbook
        let context = FormContext(
            site: .headquarters, zone: handbook.zone, now: now, author: administrator.name, pseudonyms: nil,
            policy: handbook.formPolicy)
        let form = try RecordForm(FormFaults.object(json: Data(request.form.utf8)), context: context)
        switch form.facts.body {
        case .visit, .complaint, .survey, .customer:
            throw RequestFailure(
                "headquarters decides; what customers say is written down at a site: run an agent for this office")
        default: break
        }
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
