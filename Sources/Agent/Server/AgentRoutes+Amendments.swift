import Foundation
import Hummingbird
import NIOCore
import Records
import Storage
import SwiftProtobuf

/// What is said about records that are written down already. A retraction is a record like any other: `POST /v1/records`.
extension AgentRoutes {
    /// Greatest length of a correction's body, in bytes.
    private static var bodyLimit: Int { 1 << 20 }

    func correct(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user(may: \.mayWrite)
        let query = try Query(request, allowed: ["values"])
        var order = Intake.Order(author: user.name, role: user.role.inRecords)
        order.source = try query.choice("values", of: [("json", .json), ("text", .text)]) ?? .json
        let original = try record(context)
        let body = try await request.body.collect(upTo: Self.bodyLimit)
        let row: Intake.ReadRow
        do throws(FormFaults) {
            let form = try FormFaults.object(json: Data(body.readableBytesView))
            guard case .structValue(let changes)? = form["changes"]?.kind,
                case .stringValue(let reason)? = form["reason"]?.kind, form.count == 2
            else {
                throw FormFaults([
                    FieldFault(
                        field: "",
                        Term(
                            #"请发送 {"reason": "…", "changes": {…}}，不要有别的"#,
                            #"send {"reason": "…", "changes": {…}} and nothing else"#))
                ])
            }
            row = .draft(try intake.correction(of: original, changes: changes.fields, reason: reason, order), line: 1)
        } catch {
            row = .refused(RowResult(line: 1, outcome: .refused(error.faults, .faulty)))
        }
        var report = IntakeReport(detail: .all, isDryRun: false)
        do throws(StorageError) {
            report.add(try await intake.save([row], order, at: intake.now))
        } catch {
            report.failure = .storage(error)
        }
        var json = JSONText()
        report.write(to: &json)
        return Response(json, status: .init(code: report.status))
    }
}
