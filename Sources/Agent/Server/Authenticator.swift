import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// Decides who speaks. Loopback is not trust: any local program and any web page that a browser here shows can reach it.
package struct Authenticator: Sendable {
    private let users: [AgentUser]
    /// User ids that count as a manager without being named in the configuration.
    private let trusted: Set<UInt32>

    /// - Parameter trusted: by default the agent's own user and root, who could read the agent's files anyway.
    package init(users: [AgentUser], trusted: Set<UInt32> = [geteuid(), 0]) {
        self.users = users
        self.trusted = trusted
    }

    /// The user at the other end of a Unix socket, by the credentials that the kernel vouches for.
    func user(peer uid: UInt32) throws(Refusal) -> AgentUser {
        if let user = users.first(where: { $0.uid == uid }) { return user }
        guard trusted.contains(uid) else {
            throw Refusal(
                .forbidden, "unknown_user",
                "user id \(uid) is none of this agent's users; add it to `users` in its configuration")
        }
        let login = getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "uid-\(uid)"
        return AgentUser(name: login, role: .manager, uid: uid)
    }

    /// The user of an `Authorization` field. Compares every token in full, so that the time tells nothing of them.
    func user(authorization: String?) throws(Refusal) -> AgentUser {
        guard let authorization, let space = authorization.firstIndex(of: " "),
            authorization[..<space].lowercased() == "bearer"
        else {
            throw Refusal(.unauthorized, "no_token", "send `Authorization: Bearer TOKEN`, or use the Unix socket")
        }
        let digest = AgentUser.digest(ofToken: authorization[authorization.index(after: space)...].drop { $0 == " " })
        var found: AgentUser?
        for user in users {
            guard let known = user.tokenDigest else { continue }
            let difference = zip(known, digest).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) }
            if difference == 0, known.count == digest.count { found = user }
        }
        guard let found else { throw Refusal(.unauthorized, "wrong_token", "no user of this agent has that token") }
        return found
    }

    /// Refuses what a web page of another origin could make a browser send, and names that were rebound to this address.
    /// - Parameter port: the TCP port that was reached; nil on a Unix socket, which no browser reaches.
    func checkOrigin(host: String?, origin: String?, port: Int?) throws(Refusal) {
        let hosts = port.map { ["127.0.0.1:\($0)", "localhost:\($0)", "[::1]:\($0)"] } ?? []
        if port != nil, !hosts.contains(host?.lowercased() ?? "") {
            throw Refusal(.forbidden, "foreign_host", "the Host must be this agent's loopback address and port")
        }
        if let origin, !hosts.contains(where: { origin.lowercased() == "http://" + $0 }) {
            throw Refusal(.forbidden, "foreign_origin", "pages of other origins may not speak to this agent")
        }
    }
}

/// Who is at the other end of a connection, as far as the connection itself says.
enum ConnectionPeer: Sendable {
    case unixSocket(uid: UInt32)
    /// The port that was reached.
    case tcp(port: Int)

    /// Of the connection whose request is being answered.
    @TaskLocal static var current: ConnectionPeer?

    init(_ channel: any Channel) async throws {
        switch channel.localAddress {
        case .unixDomainSocket, nil:
            guard let provider = channel as? any SocketOptionProvider else { throw ChannelError.operationUnsupported }
            let credentials: PeerCredentials = try await provider.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
            ).get()
            self = .unixSocket(uid: credentials.uid)
        case let address?: self = .tcp(port: address.port ?? 0)
        }
    }

    /// `struct ucred`, which Glibc's module hides.
    private struct PeerCredentials: Sendable {
        var pid: Int32 = 0
        var uid: UInt32 = .max
        var gid: UInt32 = .max
    }
}
