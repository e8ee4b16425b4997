import Glibc
import Synchronization
import Testing

@testable import ZeroMQ

struct AuthenticatorTests {
    @Test func unknownKeyIsRefusedAndLearnsIt() throws {
        let context = try Context()
        let zap = try authenticator(context)
        defer { zap.close() }
        let server = try Loopback(context)
        let stranger = try server.client(try CurveKeyPair.generate())
        #expect(try stranger.outcome() == .handshakeFailedAuth(status: 400))
        #expect(try stranger.socket.send("let me in") == .wouldBlock)
        #expect(try server.socket.receive(timeout: quiet) == nil)
        #expect(zap.counts == Authenticator.Counts(accepted: 0, denied: 1, malformed: 0))
    }

    @Test func userIDIsOnEveryFrameThatThePeerSent() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        let server = try Loopback(context)
        let client = try server.client(keys)
        #expect(try client.outcome() == .handshakeSucceeded)
        #expect(try client.socket.send("HELLO", "", "body") == .sent)
        let message = try #require(try server.socket.receive(timeout: bound))
        // Not on the routing id, which libzmq 4.3.4 makes without properties while polling.
        #expect(message.dropFirst().map(\.userID) == ["S001", "S001", "S001"])
        #expect(message.userID == "S001")
        #expect(message[1].peerAddress == "127.0.0.1")
        #expect(message[1].property(named: "Socket-Type") == "DEALER")
        #expect(zap.counts.accepted == 1)
    }

    @Test func withoutAHandlerNobodyGetsIn() throws {
        let context = try Context()
        let server = try Loopback(context)
        let client = try server.client(try CurveKeyPair.generate())
        #expect(try refused(client))
        #expect(try server.socket.receive(timeout: quiet) == nil)
    }

    @Test func afterCloseNobodyGetsIn() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        let server = try Loopback(context)
        let first = try server.client(keys)
        #expect(try first.outcome() == .handshakeSucceeded)
        zap.close()
        zap.close()
        let second = try server.client(keys)
        #expect(try refused(second))
        first.close()
        second.close()
        server.socket.close()
        try context.close()
    }

    @Test func plainPeerIsRefused() throws {
        let context = try Context()
        let zap = try authenticator(context)
        defer { zap.close() }
        let server = try Loopback(context)
        let plain = try Client(context, options: .init(), endpoint: server.endpoint)
        #expect(try refused(plain))
        #expect(zap.counts.accepted == 0)
    }

    @Test func keyOfAnotherDomainIsRefused() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        let server = try Loopback(context)
        let other = try server.socket.bind(
            to: "tcp://127.0.0.1:*", security: .curveServer(server.keys.secretKey, zapDomain: "enrolment"))
        #expect(try server.client(keys, endpoint: other).outcome() == .handshakeFailedAuth(status: 400))
        #expect(try server.client(keys).outcome() == .handshakeSucceeded)
    }

    @Test func contextHasOneHandler() throws {
        let context = try Context()
        let zap = try authenticator(context)
        defer { zap.close() }
        let error = #expect(throws: ZeroMQError.self) { try authenticator(context) }
        #expect(error?.name == "EADDRINUSE")
    }

    @Test func unusableUserIDIsRefused() throws {
        for userID in ["", "S001\0S002", String(repeating: "x", count: 256)] {
            let context = try Context()
            let zap = try Authenticator(context) { _, _, _ in .allow(userID: userID) }
            let server = try Loopback(context)
            #expect(
                try server.client(try CurveKeyPair.generate()).outcome() == .handshakeFailedAuth(status: 500))
            #expect(zap.counts.malformed == 1)
            zap.close()
        }
    }

    @Test func garbageIsAnsweredAndHarmsNobody() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        let peer = try Socket(context, .dealer)
        try peer.connect(to: Authenticator.endpoint)
        for garbage: Multipart in [["x"], ["", "1.0"], [""], Multipart((0..<70).map { _ in "y" })] {
            #expect(try peer.send(garbage) == .sent)
        }
        #expect(try peer.send("", "1.0", "7", Message(Loopback.domain), "::1", "", "PLAIN", "user", "pass") == .sent)
        let answer = try #require(try peer.receive(timeout: bound))
        #expect(answer.map(\.text) == ["", "1.0", "7", "400", "CURVE only", "", ""])
        let server = try Loopback(context)
        #expect(try server.client(keys).outcome() == .handshakeSucceeded)
    }

    @Test func slowLookupDelaysNoData() throws {
        let context = try Context()
        let (keys, slow) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let slowKey = slow.publicKey
        let gate = Gate()
        let zap = try Authenticator(context) { key, _, _ in
            if key == slowKey { gate.wait() }
            return .allow(userID: "S001")
        }
        defer { zap.close() }
        let server = try Loopback(context)
        let client = try server.client(keys)
        #expect(try client.outcome() == .handshakeSucceeded)
        let stuck = try server.client(slow)
        for _ in 0..<10 {
            #expect(try client.socket.send("data") == .sent)
            #expect(try server.socket.receive(timeout: bound)?[1].text == "data")
        }
        gate.open()
        #expect(try stuck.outcome() == .handshakeSucceeded)
    }
}

/// Whether the client was turned away, seen as an event and not as silence.
func refused(_ client: Client) throws -> Bool {
    let outcome = try client.outcome()
    return outcome != nil && outcome != .handshakeSucceeded
}

/// Holds a thread until it is opened.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    /// Polls: for threads of a test that may block.
    func wait() {
        while !isOpen.withLock({ $0 }) { _ = sched_yield() }
    }
}
