import Foundation
import Hummingbird
import Records
import Storage

/// What headquarters handed on to this site.
extension AgentRoutes {
    func listInbox(_ request: Request, _ context: AgentContext) throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["before", "limit", "kind"])
        let before = try query.integer("before", in: 1...Int.max).map { Int64($0) }
        let limit = try query.integer("limit", in: 1...500) ?? 50
        let kind = try query.choice("kind", of: RecordText.kinds.map { ($0, $0) })
        let items = try inbox.newest(before: before, limit: limit) { RecordText.kind(of: $0) == kind || kind == nil }
        var json = JSONText()
        json.object { json in
            json.array("items") { json in
                for item in items {
                    json.object { json in
                        json.field("number", item.number)
                        json.field("reason", item.reason.code)
                        json.field("from", item.record.site.text)
                        json.field("received_at", item.receivedAt.text(in: intake.zone))
                        RecordText(item.record, zone: intake.zone, showsPersonal: user.role.seesPersonal)
                            .write(to: &json, as: "record")
                    }
                }
            }
            json.field("next_before", items.count == limit ? items.last?.number : nil)
        }
        return Response(json)
    }
}

extension Delivery.Reason {
    /// Stable, lower-case ASCII.
    var code: String {
        switch self {
        case .broadcast: "broadcast"
        case .addressed: "addressed"
        case .caseGiven: "case_given"
        case .ownCase: "own_case"
        case .amends: "amends"
        case .ownCustomer: "own_customer"
        case .returned: "returned"
        case .unspecified, .UNRECOGNIZED: "unspecified"
        }
    }
}
