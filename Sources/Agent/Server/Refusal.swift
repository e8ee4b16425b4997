import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// A request that is not answered as its sender wished, and what would help.
struct Refusal: Error, CustomStringConvertible {
    var status: HTTPResponse.Status
    /// Stable, for programs.
    var code: String
    /// For people.
    var description: String

    init(_ status: HTTPResponse.Status, _ code: String, _ description: String) {
        self.status = status
        self.code = code
        self.description = description
    }

    var response: Response {
        var json = JSONText()
        json.object { Self.write(code: code, description, to: &$0) }
        var response = Response(json, status: status)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = #"Bearer realm="huiyin""# }
        return response
    }

    /// The `error` field of an answer.
    static func write(code: String, _ message: String, to json: inout JSONText) {
        json.object("error") { json in
            json.field("code", code)
            json.field("message", message)
        }
    }
}

extension Response {
    init(_ json: consuming JSONText, status: HTTPResponse.Status = .ok) {
        json.newline()
        self.init(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
