import Testing
import ZeroMQ

struct SocketTests {
    @Test func closedSocketRefusesEverything() throws {
        let socket = try Socket(try Context(), .dealer)
        socket.close()
        socket.close()
        #expect(socket.isClosed)
        #expect(throws: ZeroMQError.self) { try socket.bind(to: "tcp://127.0.0.1:*") }
        #expect(throws: ZeroMQError.self) { _ = try socket.receive() }
        #expect(throws: ZeroMQError.self) { _ = try socket.send(Message("late")) }
    }

    @Test func boundEndpointHasItsRealPort() throws {
        let socket = try Socket(try Context(), .reply)
        let endpoint = try socket.bind(to: "tcp://127.0.0.1:*")
        #expect(!endpoint.hasSuffix("*"))
        #expect(try socket.lastEndpoint == endpoint)
    }

    @Test func unboundPortIsFreeOnceTheMonitorSaysClosed() throws {
        let socket = try Socket(try Context(), .reply)
        let monitor = try SocketMonitor(socket)
        let endpoint = try socket.bind(to: "tcp://127.0.0.1:*")
        try socket.unbind(endpoint)
        #expect(try monitor.event { $0 == .closed } == .closed)
        try socket.bind(to: endpoint)
        monitor.close()
    }

    @Test func unbindingWhatIsNotBoundFails() throws {
        let socket = try Socket(try Context(), .reply)
        let error = #expect(throws: ZeroMQError.self) { try socket.unbind("tcp://127.0.0.1:9") }
        #expect(error?.name == "ENOENT")
    }

    @Test func oneRouterServesTwoKeys() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        let server = try Loopback(context)
        let newKeys = try CurveKeyPair.generate()
        let newEndpoint = try server.socket.bind(
            to: "tcp://127.0.0.1:*", security: .curveServer(newKeys.secretKey, zapDomain: Loopback.domain))

        let old = try server.client(keys)
        #expect(try old.outcome() == .handshakeSucceeded)
        let new = try server.client(keys, serverKey: newKeys.publicKey, endpoint: newEndpoint)
        #expect(try new.outcome() == .handshakeSucceeded)
        #expect(try old.socket.send("old") == .sent)
        #expect(try server.socket.receive(timeout: bound)?[1].text == "old")
        #expect(try new.socket.send("new") == .sent)
        #expect(try server.socket.receive(timeout: bound)?[1].text == "new")
    }

    @Test func serverWithAnotherKeyIsNotBelieved() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        let server = try Loopback(context)
        let client = try server.client(keys, serverKey: try CurveKeyPair.generate().publicKey)
        #expect(try refused(client))
        #expect(zap.counts.accepted == 0)
    }

    @Test(arguments: Socket.Kind.allCases)
    func everyKindCanBeMade(kind: Socket.Kind) throws {
        let socket = try Socket(try Context(), kind)
        try socket.bind(to: "tcp://127.0.0.1:*")
        socket.close()
    }

    @Test func subscriberHearsWhatItAskedFor() throws {
        let context = try Context()
        let publisher = try Socket(context, .publisher)
        let subscriber = try Socket(context, .subscriber)
        try publisher.bind(to: "inproc://news")
        try subscriber.connect(to: "inproc://news")
        try subscriber.subscribe(to: "S001")
        #expect(try publisher.send("S002 not mine") == .sent)
        #expect(try publisher.send("S001 mine") == .sent)
        #expect(try subscriber.receive(timeout: bound)?[0].text == "S001 mine")
        try subscriber.unsubscribe(from: "S001")
    }
}
