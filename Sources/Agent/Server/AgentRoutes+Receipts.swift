import Foundation
import Hummingbird
import NIOCore
import Records
import Replication

extension AgentRoutes {
    /// What `POST /v1/receipts` is sent.
    private struct Carried: Decodable {
        var receipt: CarriedReceipt
        /// 64 hexadecimal digits.
        var key: String?
    }

    /// Greatest size of a receipt: 64 epochs have about 20 KiB.
    private static var receiptLimit: Int { 1 << 20 }

    func takeReceipt(_ request: Request, _ context: AgentContext) async throws -> Response {
        _ = try context.user(may: \.maySeal)
        let body = try await request.body.collect(upTo: Self.receiptLimit)
        let carried: Carried
        do {
            carried = try JSONDecoder().decode(Carried.self, from: Data(body.readableBytesView))
        } catch {
            throw Refusal(.badRequest, "malformed", #"send {"receipt": …} with what `huiyin log import` wrote"#)
        }
        var key: LogVerifyingKey?
        if let text = carried.key {
            key = LogVerifyingKey(hexadecimal: text)
            guard key != nil else { throw Refusal(.badRequest, "malformed", "a key has 64 hexadecimal digits") }
        }
        let positions = try await receipts.take(carried.receipt, named: key)
        var json = JSONText()
        json.object { json in
            json.array("acknowledged") { json in
                for position in positions {
                    json.object { json in
                        json.field("epoch", position.epoch.description)
                        json.field("sequence", position.sequence.value)
                    }
                }
            }
        }
        return Response(json)
    }
}
