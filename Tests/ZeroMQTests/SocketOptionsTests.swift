import CZeroMQ
import Testing

@testable import ZeroMQ

struct SocketOptionsTests {
    @Test func defaultsAreTheSafeOnes() throws {
        let socket = try Socket(try Context(), .router)
        #expect(try socket.integer(ZMQ_LINGER, "") == 0)
        #expect(try socket.integer(ZMQ_RECONNECT_IVL, "") == -1)
        #expect(try socket.integer(ZMQ_IMMEDIATE, "") == 1)
        #expect(try socket.integer(ZMQ_BACKLOG, "") == 1024)
        #expect(try socket.integer(ZMQ_HANDSHAKE_IVL, "") == 10_000)
        #expect(try socket.integer(ZMQ_HEARTBEAT_IVL, "") == 10_000)
        #expect(try socket.integer(ZMQ_HEARTBEAT_TIMEOUT, "") == 30_000)
        #expect(try socket.integer(ZMQ_HEARTBEAT_TTL, "") == 30_000)
    }

    @Test func everyOptionArrives() throws {
        var options = Socket.Options()
        options.linger = .milliseconds(1500)
        options.sendHighWaterMark = 7
        options.receiveHighWaterMark = 8
        options.reconnectInterval = .seconds(2)
        options.immediate = false
        options.handshakeInterval = .seconds(3)
        options.connectTimeout = .seconds(4)
        options.backlog = 9
        options.heartbeatInterval = .seconds(5)
        options.heartbeatTimeout = .seconds(6)
        options.heartbeatTTL = .seconds(7)
        options.sendTimeout = .microseconds(1)
        options.receiveTimeout = .milliseconds(2)
        options.ipv6 = true
        options.tcpKeepalive = Socket.TCPKeepalive(idle: .seconds(60), interval: .milliseconds(1500), count: 3)
        let socket = try Socket(try Context(), .dealer, options: options)
        let expected: [(CInt, CInt)] = [
            (ZMQ_LINGER, 1500), (ZMQ_SNDHWM, 7), (ZMQ_RCVHWM, 8), (ZMQ_RECONNECT_IVL, 2000), (ZMQ_IMMEDIATE, 0),
            (ZMQ_HANDSHAKE_IVL, 3000), (ZMQ_CONNECT_TIMEOUT, 4000), (ZMQ_BACKLOG, 9), (ZMQ_HEARTBEAT_IVL, 5000),
            (ZMQ_HEARTBEAT_TIMEOUT, 6000), (ZMQ_HEARTBEAT_TTL, 7000), (ZMQ_SNDTIMEO, 1), (ZMQ_RCVTIMEO, 2),
            (ZMQ_IPV6, 1), (ZMQ_TCP_KEEPALIVE, 1), (ZMQ_TCP_KEEPALIVE_IDLE, 60), (ZMQ_TCP_KEEPALIVE_INTVL, 2),
            (ZMQ_TCP_KEEPALIVE_CNT, 3),
        ]
        for (option, value) in expected { #expect(try socket.integer(option, "") == value, "option \(option)") }
    }

    @Test func domainIsEnforcedAndReadBack() throws {
        let context = try Context()
        #expect(try Loopback(context).socket.isDomainEnforced)
        #expect(try Socket(context, .router).isDomainEnforced == false)
    }
}
