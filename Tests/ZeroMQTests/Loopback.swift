import ZeroMQ

/// How long a test waits for what must happen. Reached only when it fails.
let bound = Duration.seconds(10)

/// How long a test waits for what must not happen.
let quiet = Duration.milliseconds(100)

/// A CURVE server on a free port of the loopback, in the domain "site".
struct Loopback {
    let context: Context
    let keys: CurveKeyPair
    let socket: Socket
    let endpoint: String

    static let domain = "site"

    init(_ context: Context, _ kind: Socket.Kind = .router, options: Socket.Options = Socket.Options()) throws {
        self.context = context
        keys = try CurveKeyPair.generate()
        var options = options
        options.security = .curveServer(keys.secretKey, zapDomain: Self.domain)
        socket = try Socket(context, kind, options: options)
        endpoint = try socket.bind(to: "tcp://127.0.0.1:*")
    }

    /// A client that has begun to connect, and what happens to it.
    func client(
        _ clientKeys: CurveKeyPair, _ kind: Socket.Kind = .dealer, serverKey: CurvePublicKey? = nil,
        endpoint other: String? = nil
    ) throws -> Client {
        var options = Socket.Options()
        options.security = .curveClient(clientKeys, serverKey: serverKey ?? keys.publicKey)
        return try Client(context, kind, options: options, endpoint: other ?? endpoint)
    }
}

/// A connecting socket with its monitor.
struct Client {
    let socket: Socket
    let monitor: SocketMonitor

    init(_ context: Context, _ kind: Socket.Kind = .dealer, options: Socket.Options, endpoint: String) throws {
        socket = try Socket(context, kind, options: options)
        monitor = try SocketMonitor(socket)
        try socket.connect(to: endpoint)
    }

    /// How the handshake ends.
    func outcome() throws -> SocketEvent.Kind? {
        try monitor.event { kind in
            switch kind {
            case .handshakeSucceeded, .handshakeFailedAuth, .handshakeFailedNoDetail, .handshakeFailedProtocol: true
            case .disconnected: true
            default: false
            }
        }
    }

    func close() {
        monitor.close()
        socket.close()
    }
}

extension SocketMonitor {
    /// Awaits the first event that matches; `nil` if it does not come within `bound`.
    func event(where matches: (SocketEvent.Kind) -> Bool) throws -> SocketEvent.Kind? {
        while let event = try nextEvent(timeout: bound) {
            if matches(event.kind) { return event.kind }
        }
        return nil
    }
}

/// An authenticator that knows these keys, each by its user id.
func authenticator(_ context: Context, knows users: [CurvePublicKey: String] = [:]) throws -> Authenticator {
    try Authenticator(context) { key, domain, _ in
        guard domain == Loopback.domain, let user = users[key] else { return .deny }
        return .allow(userID: user)
    }
}
