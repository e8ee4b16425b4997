import Glibc
import Testing
import ZeroMQ

/// Peers that speak no ZeroMQ.
struct RawPeerTests {
    @Test func silentPeerIsDroppedAfterTheHandshakeInterval() throws {
        let context = try Context()
        var options = Socket.Options()
        options.handshakeInterval = .milliseconds(50)
        let server = try Loopback(context, options: options)
        let monitor = try SocketMonitor(server.socket)
        let peer = try connect(server.endpoint)
        #expect(try monitor.event { $0 == .accepted } == .accepted)
        #expect(hasBeenClosed(peer))
        #expect(try monitor.event { $0 != .accepted } != nil)
        Glibc.close(peer)
        monitor.close()
    }

    @Test func garbageOnTheWireHarmsNobody() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let zap = try authenticator(context, knows: [keys.publicKey: "S001"])
        defer { zap.close() }
        var options = Socket.Options()
        options.handshakeInterval = .milliseconds(50)
        let server = try Loopback(context, options: options)
        var random = SeededGenerator(state: 99)
        for round in 0..<20 {
            let peer = try connect(server.endpoint)
            // Every other one begins like ZMTP 3.1, so that the noise gets past the greeting.
            var bytes: [UInt8] = round % 2 == 0 ? [] : [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + Array("CURVE".utf8)
            bytes += (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = send(peer, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            #expect(hasBeenClosed(peer))
            Glibc.close(peer)
        }
        #expect(try server.client(keys).outcome() == .handshakeSucceeded)
        #expect(try server.socket.receive() == nil)
        #expect(zap.counts.accepted == 1)
    }

    /// A TCP connection to "tcp://127.0.0.1:PORT".
    private func connect(_ endpoint: String) throws -> CInt {
        let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let peer = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let result = withUnsafeBytes(of: &address) { address in
            address.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(peer, $0.baseAddress, socklen_t(address.count))
            }
        }
        try #require(result == 0)
        return peer
    }

    /// Reads until the other end closes; `false` if it has not within `bound`.
    private func hasBeenClosed(_ peer: CInt) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1024)
        var item = pollfd(fd: peer, events: CShort(POLLIN), revents: 0)
        while poll(&item, 1, 10_000) == 1 {
            // 0 is an orderly close, -1 a reset.
            if recv(peer, &bytes, bytes.count, 0) <= 0 { return true }
        }
        return false
    }
}
