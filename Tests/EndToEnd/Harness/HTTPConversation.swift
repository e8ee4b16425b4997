import Foundation
import Glibc

/// HTTP/1.1 by hand, one request a connection: what an agent's clients in other languages would send.
struct HTTPConversation {
    enum Peer {
        case socket(String)
        case port(Int)
    }

    struct Answer {
        var status: Int
        var body: String
    }

    private let descriptor: Int32

    /// Whether somebody accepts connections on a Unix socket.
    static func isAnswering(_ path: String) -> Bool {
        guard let conversation = try? HTTPConversation(.socket(path)) else { return false }
        conversation.end()
        return true
    }

    static func ask(
        _ peer: Peer, _ method: String, _ path: String, headers: [String: String] = [:], body: Data = Data()
    ) throws -> Answer {
        let conversation = try HTTPConversation(peer)
        defer { conversation.end() }
        var head = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        var fields = headers
        if case .port(let port) = peer { fields["Host"] = fields["Host"] ?? "127.0.0.1:\(port)" }
        fields["Host"] = fields["Host"] ?? "localhost"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        try conversation.send(Data((head + "\r\n").utf8) + body)
        let text = String(decoding: try conversation.receiveAll(), as: UTF8.self)
        guard let status = text.firstMatch(of: /^HTTP\/1\.1 (\d{3})/).flatMap({ Int($0.1) }) else {
            throw Fault("no HTTP answer: \(text.prefix(200))")
        }
        let body = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return Answer(status: status, body: body)
    }

    init(_ peer: Peer) throws {
        let result: Int32
        switch peer {
        case .socket(let path):
            descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix($0.count - 1))) }
            result = withUnsafeBytes(of: address) { bytes in
                connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
            }
        case .port(let port):
            descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            result = InternetAddress(port: port).withPointer { connect(descriptor, $0, $1) }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Fault("connecting to \(peer): \(reason)")
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func end() { close(descriptor) }

    /// Sends everything, unless the other side ends the connection, which it may do once it has heard enough.
    func send(_ data: Data) throws {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, [EPIPE, ECONNRESET].contains(errno) { return }
            guard count > 0 else { throw Fault("sending: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Everything until the other side ends the connection.
    func receiveAll() throws -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return data }
            guard count > 0 else { throw Fault("receiving: \(String(cString: strerror(errno)))") }
            data += buffer.prefix(count)
        }
    }
}
