import Glibc
import Testing
import ZeroMQ

struct ZeroMQErrorTests {
    @Test func takenAddressSaysWhoIsInTheWay() throws {
        let context = try Context()
        let first = try Socket(context, .router)
        let endpoint = try first.bind(to: "tcp://127.0.0.1:*")
        let second = try Socket(context, .router)
        let error = try #require(throws: ZeroMQError.self) { try second.bind(to: endpoint) }
        #expect(error.name == "EADDRINUSE")
        #expect("\(error)".contains("zmq_bind on \(endpoint) failed: EADDRINUSE (Address already in use)"))
        #expect("\(error)".contains("listens there"))
    }

    @Test func badEndpointIsNamed() throws {
        let socket = try Socket(try Context(), .dealer)
        let error = try #require(throws: ZeroMQError.self) { try socket.connect(to: "nowhere") }
        #expect("\(error)".contains("zmq_connect on nowhere failed: EINVAL"))
    }

    @Test func unknownNumberIsShown() {
        let error = ZeroMQError.call(function: "f", endpoint: nil, errno: 99_999)
        #expect("\(error)".hasPrefix("f failed: errno 99999 ("))
    }
}
