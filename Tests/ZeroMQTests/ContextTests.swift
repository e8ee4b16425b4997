import Testing

@testable import ZeroMQ

struct ContextTests {
    @Test func closesAtOnceWithUnsentMessages() throws {
        let context = try Context()
        var options = Socket.Options()
        options.immediate = false
        let socket = try Socket(context, .dealer, options: options)
        // The port of tcpmux: nobody listens, so nothing can leave.
        try socket.connect(to: "tcp://127.0.0.1:1")
        for _ in 0..<100 { #expect(try socket.send(Message("unsent")) == .sent) }
        socket.close()
        let time = try ContinuousClock().measure { try context.close() }
        #expect(time < .seconds(2))
    }

    @Test func refusesToCloseWhileSocketsAreOpen() throws {
        let context = try Context()
        let socket = try Socket(context, .pair)
        let monitor = try SocketMonitor(socket)
        #expect(throws: ZeroMQError.socketsOpen(count: 2)) { try context.close() }
        monitor.close()
        #expect(throws: ZeroMQError.socketsOpen(count: 1)) { try context.close() }
        socket.close()
        try context.close()
        try context.close()
    }

    @Test func releasedSocketCountsAsClosed() throws {
        let context = try Context()
        do { _ = try SocketMonitor(try Socket(context, .router)) }
        try context.close()
    }

    @Test func closedContextMakesNoSocket() throws {
        let context = try Context()
        try context.close()
        let error = #expect(throws: ZeroMQError.self) { _ = try Socket(context, .pair) }
        #expect(error?.name == "ETERM")
    }

    @Test func socketsBeyondTheLimitAreRefused() throws {
        let context = try Context(maxSockets: 1)
        let socket = try Socket(context, .pair)
        let error = #expect(throws: ZeroMQError.self) { _ = try Socket(context, .pair) }
        #expect(error?.name == "EMFILE")
        socket.close()
    }

    @Test func oldLibraryIsRefused() {
        #expect(throws: ZeroMQError.libraryTooOld(found: "4.3.2")) {
            try Context.check(version: (4, 3, 2), hasCurve: true)
        }
        #expect(throws: ZeroMQError.curveMissing) { try Context.check(version: (4, 3, 4), hasCurve: false) }
        #expect(throws: Never.self) { try Context.check(version: (4, 3, 3), hasCurve: true) }
        #expect(throws: Never.self) { try Context.check(version: (5, 0, 0), hasCurve: true) }
    }
}
