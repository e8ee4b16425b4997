import Testing
import ZeroMQ

struct SocketMonitorTests {
    @Test func tellsTheLifeOfAConnection() throws {
        let context = try Context()
        let server = try Socket(context, .router)
        let watch = try SocketMonitor(server)
        let endpoint = try server.bind(to: "tcp://127.0.0.1:*")
        #expect(try watch.nextEvent(timeout: bound) == SocketEvent(.listening, endpoint: endpoint))
        let client = try Client(context, options: .init(), endpoint: endpoint)
        #expect(try client.monitor.event { $0 == .connected } == .connected)
        #expect(try client.outcome() == .handshakeSucceeded)
        #expect(try watch.event { $0 == .accepted } == .accepted)
        #expect(try watch.event { $0 == .handshakeSucceeded } == .handshakeSucceeded)
        client.close()
        #expect(try watch.event { $0 == .disconnected } == .disconnected)
        watch.close()
    }

    @Test func refusedConnectEndsInClosed() throws {
        let client = try Client(try Context(), options: .init(), endpoint: "tcp://127.0.0.1:1")
        #expect(try client.monitor.event { $0 == .closed } == .closed)
        #expect(try client.monitor.nextEvent(timeout: quiet) == nil, "libzmq tries again by itself")
        client.close()
    }

    @Test func closingTheSocketStopsTheMonitor() throws {
        let context = try Context()
        let socket = try Socket(context, .router)
        let monitor = try SocketMonitor(socket)
        socket.close()
        #expect(try monitor.nextEvent(timeout: bound)?.kind == .monitorStopped)
        monitor.close()
        try context.close()
    }

    @Test func socketWorksOnAfterItsMonitorIsClosed() throws {
        let context = try Context()
        let server = try Socket(context, .router)
        try SocketMonitor(server).close()
        let again = try SocketMonitor(server)
        let endpoint = try server.bind(to: "tcp://127.0.0.1:*")
        again.close()
        again.close()
        let client = try Client(context, options: .init(), endpoint: endpoint)
        #expect(try client.outcome() == .handshakeSucceeded)
        client.close()
        server.close()
        try context.close()
    }

    @Test func releasedMonitorBlocksNothing() throws {
        let context = try Context()
        let server = try Socket(context, .router)
        _ = try SocketMonitor(server)
        let endpoint = try server.bind(to: "tcp://127.0.0.1:*")
        for _ in 0..<5 {
            let client = try Client(context, options: .init(), endpoint: endpoint)
            #expect(try client.outcome() == .handshakeSucceeded)
            client.close()
        }
        server.close()
        try context.close()
    }
}
