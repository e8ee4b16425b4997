internal import Synchronization

/// Why a context must not serve: its authenticator did not do its work.
public enum SelfTestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A key that nobody has registered was let in.
    case strangerLetIn(domain: String)
    /// A key that nobody has registered was not refused in time; the last event that was seen, if any.
    case strangerNotRefused(domain: String, lastEvent: SocketEvent.Kind?)
    /// A known key was not let in within time; the last event that was seen, if any.
    case knownKeyRefused(domain: String, lastEvent: SocketEvent.Kind?)
    /// A message of a known key arrived without its user id, or not at all.
    case userIDMissing(domain: String)
    /// The test could not be made.
    case notTested(ZeroMQError)

    /// What failed and what to do about it, for people.
    public var description: String {
        switch self {
        case .strangerLetIn(let domain):
            "an unknown key was let into \"\(domain)\": the lookup, or the ZAP handler, allows everybody; not serving"
        case .strangerNotRefused(let domain, let event):
            "an unknown key was not refused by \"\(domain)\" in time (last seen: \(Self.text(event))); not serving"
        case .knownKeyRefused(let domain, let event):
            "a known key was not let into \"\(domain)\" in time (last seen: \(Self.text(event))); not serving"
        case .userIDMissing(let domain):
            "messages in \"\(domain)\" carry no user id; not serving"
        case .notTested(let error):
            "authentication could not be tested: \(error)"
        }
    }

    private static func text(_ event: SocketEvent.Kind?) -> String {
        event.map { "\($0)" } ?? "nothing"
    }
}

extension Authenticator {
    /// Proves on a throwaway CURVE server at 127.0.0.1 that `domain` refuses an unknown key, lets a known one in, and
    /// marks its messages. Call it at the start, before serving. Blocks the caller, for milliseconds if all is well.
    ///
    /// The unknown key goes through the lookup. The known one is of this call only; its secret is never stored.
    ///
    /// - Parameter bound: how long each of the two may take.
    public func selfTest(domain: String, within bound: Duration = .seconds(5)) throws(SelfTestError) {
        do {
            let server = try SelfTestServer(context, domain: domain)
            let stranger = try CurveKeyPair.generate()
            let known = try CurveKeyPair.generate()
            let userID = "self-test \(known.publicKey)"
            let strangerEvent = try server.outcome(of: stranger, within: bound)
            try Self.check(stranger: strangerEvent, domain)
            state.withLock { $0.testKey = TestKey(key: known.publicKey, domain: domain, userID: userID) }
            defer { state.withLock { $0.testKey = nil } }
            let knownEvent = try server.outcome(of: known, within: bound)
            guard knownEvent == .handshakeSucceeded else {
                throw SelfTestError.knownKeyRefused(domain: domain, lastEvent: knownEvent)
            }
            guard try server.greeting(of: known, within: bound) == userID else {
                throw SelfTestError.userIDMissing(domain: domain)
            }
        } catch let error as SelfTestError {
            throw error
        } catch let error as ZeroMQError {
            throw .notTested(error)
        } catch {
            preconditionFailure("only the two kinds above are thrown: \(error)")
        }
    }

    private static func check(stranger event: SocketEvent.Kind?, _ domain: String) throws(SelfTestError) {
        switch event {
        case .handshakeFailedAuth: return
        case .handshakeSucceeded: throw .strangerLetIn(domain: domain)
        default: throw .strangerNotRefused(domain: domain, lastEvent: event)
        }
    }
}

/// A CURVE server for one self-test. Closed by its release.
private final class SelfTestServer {
    private let context: Context
    private let keys: CurveKeyPair
    private let socket: Socket
    private let endpoint: String

    init(_ context: Context, domain: String) throws(ZeroMQError) {
        self.context = context
        keys = try CurveKeyPair.generate()
        var options = Socket.Options()
        options.security = .curveServer(keys.secretKey, zapDomain: domain)
        socket = try Socket(context, .pull, options: options)
        endpoint = try socket.bind(to: "tcp://127.0.0.1:*")
    }

    /// How the handshake of a client with `keys` ends; otherwise the last event before the time was up.
    func outcome(of clientKeys: CurveKeyPair, within bound: Duration) throws(ZeroMQError) -> SocketEvent.Kind? {
        let client = try makeClient(clientKeys)
        let monitor = try SocketMonitor(client)
        defer {
            monitor.close()
            client.close()
        }
        try client.connect(to: endpoint)
        let deadline = MonotonicTime.now + bound
        var last: SocketEvent.Kind?
        while let event = try monitor.nextEvent(timeout: deadline - .now) {
            last = event.kind
            switch event.kind {
            case .handshakeSucceeded, .handshakeFailedAuth, .handshakeFailedNoDetail, .handshakeFailedProtocol:
                return last
            default: continue
            }
        }
        return last
    }

    /// The user id on a message of a client with `keys`; `nil` if none came or it has none.
    func greeting(of clientKeys: CurveKeyPair, within bound: Duration) throws(ZeroMQError) -> String? {
        let client = try makeClient(clientKeys)
        defer { client.close() }
        try client.connect(to: endpoint)
        guard try client.send(["hello"], timeout: bound) == .sent else { return nil }
        return try socket.receive(timeout: bound)?.first?.userID
    }

    private func makeClient(_ clientKeys: CurveKeyPair) throws(ZeroMQError) -> Socket {
        var options = Socket.Options()
        options.security = .curveClient(clientKeys, serverKey: keys.publicKey)
        return try Socket(context, .push, options: options)
    }
}
