import Testing
import ZeroMQ

struct SocketSendTests {
    @Test func unknownPeerIsUnreachable() throws {
        let router = try Socket(try Context(), .router)
        try router.bind(to: "tcp://127.0.0.1:*")
        #expect(try router.send("nobody", "hello") == .unreachable)
        #expect(try router.send(["nobody", "hello"], timeout: quiet) == .unreachable)
    }

    @Test func lostPeerBecomesUnreachable() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        let dealer = try Client(context, options: .init(), endpoint: try router.bind(to: "tcp://127.0.0.1:*"))
        #expect(try dealer.outcome() == .handshakeSucceeded)
        #expect(try dealer.socket.send("hello") == .sent)
        let peer = try #require(try router.receive(timeout: bound))[0]
        #expect(try router.send(peer, "answer") == .sent)
        dealer.close()
        // Until libzmq has noticed, messages for the peer are taken and lost: hence acknowledgements of our own.
        let end = ContinuousClock.now + bound
        while try router.send(peer, "gone") != .unreachable, ContinuousClock.now < end { _ = try router.receive() }
        #expect(try router.send(peer, "gone") == .unreachable)
    }

    @Test func fullQueueBlocksOnlyItsPeer() throws {
        let context = try Context()
        var options = Socket.Options()
        options.sendHighWaterMark = 2
        options.receiveHighWaterMark = 2
        let router = try Socket(context, .router, options: options)
        try router.bind(to: "inproc://router")
        let slow = try Socket(context, .dealer, options: options)
        let live = try Socket(context, .dealer, options: options)
        var peers: [Message] = []
        for socket in [slow, live] {
            try socket.connect(to: "inproc://router")
            #expect(try socket.send("hello") == .sent)
            peers.append(try #require(try router.receive(timeout: bound))[0])
        }
        var sent = 0
        while try router.send(peers[0], "x") == .sent { sent += 1 }
        #expect(sent == 4)
        #expect(try router.send(peers[1], "y") == .sent)
        #expect(try live.receive(timeout: bound)?[0].text == "y")
    }

    @Test func nothingIsQueuedBeforeTheConnectionIsUp() throws {
        let socket = try Socket(try Context(), .dealer)
        try socket.connect(to: "tcp://127.0.0.1:1")
        #expect(try socket.send("early") == .wouldBlock)
        #expect(try socket.send(["early"], timeout: quiet) == .wouldBlock)
    }

    @Test func firstSendAfterTheHandshakeHasRoom() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        let endpoint = try router.bind(to: "tcp://127.0.0.1:*")
        for _ in 0..<50 {
            let dealer = try Client(context, options: .init(), endpoint: endpoint)
            // A send just before keeps libzmq from looking for news in the next one.
            while try dealer.monitor.nextEvent(timeout: .zero)?.kind != .handshakeSucceeded {
                _ = try dealer.socket.send("early")
            }
            #expect(try dealer.socket.send("hello") == .sent)
            while try #require(try router.receive(timeout: bound))[1].text == "early" {}
            dealer.close()
        }
    }

    @Test func multipartArrivesWhole() throws {
        let context = try Context()
        let pull = try Socket(context, .pull)
        let push = try Client(context, .push, options: .init(), endpoint: try pull.bind(to: "tcp://127.0.0.1:*"))
        let message: Multipart = ["one", "", Message([0, 255]), Message([UInt8](repeating: 1, count: 70_000))]
        #expect(try push.socket.sendWaiting(message) == .sent)
        #expect(try pull.receiveWaiting() == message)
        #expect(try pull.receive() == nil)
        push.close()
    }
}
