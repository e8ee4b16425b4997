import Testing

@testable import ZeroMQ

struct SocketEventTests {
    private func frames(_ number: UInt16, _ value: UInt32) -> Multipart {
        let head = withUnsafeBytes(of: number) { [UInt8]($0) } + withUnsafeBytes(of: value) { [UInt8]($0) }
        return [Message(head), "tcp://192.0.2.7:5570"]
    }

    @Test func readsNumberValueAndEndpoint() {
        let endpoint = "tcp://192.0.2.7:5570"
        let expected: [(UInt16, UInt32, SocketEvent.Kind)] = [
            (0x0001, 9, .connected), (0x0002, 0, .connectDelayed),
            (0x0004, 250, .connectRetried(after: .milliseconds(250))),
            (0x0008, 9, .listening), (0x0010, 98, .bindFailed(errno: 98)), (0x0020, 9, .accepted),
            (0x0040, 24, .acceptFailed(errno: 24)), (0x0080, 9, .closed), (0x0100, 9, .closeFailed(errno: 9)),
            (0x0200, 9, .disconnected), (0x0400, 0, .monitorStopped),
            (0x0800, 104, .handshakeFailedNoDetail(errno: 104)), (0x1000, 0, .handshakeSucceeded),
            (0x2000, 0x1100_0001, .handshakeFailedProtocol(code: 0x1100_0001)),
            (0x4000, 400, .handshakeFailedAuth(status: 400)), (0x8000, 1, .other(number: 0x8000, value: 1)),
        ]
        for (number, value, kind) in expected {
            #expect(SocketEvent(frames(number, value)) == SocketEvent(kind, endpoint: endpoint))
        }
    }

    @Test func otherFramesAreNoEvent() {
        for message in [[], ["short"], ["short", "tcp://x"], ["6bytes", "x", "y"]] as [Multipart] {
            #expect(SocketEvent(message) == nil)
        }
    }
}
