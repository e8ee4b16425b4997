extension Socket {
    /// What a socket is set to before it binds or connects. The defaults are safe ones, not libzmq's.
    ///
    /// Durations are rounded up to milliseconds. There is no routing id (a second peer with the same one hijacks the
    /// first) and no probing of routers.
    public struct Options: Sendable {
        /// How long unsent messages live after `close()`. Anything but zero delays `Context.close()` by as much.
        public var linger: Duration = .zero
        /// The largest frame taken from a peer, in bytes; a larger one drops its connection. `nil`: no limit.
        /// Memory per peer is bounded by this × `receiveHighWaterMark`.
        public var maxMessageSize: Int? = 16 << 20
        /// The most frames that `receive` takes in one message; a longer one is discarded and counted.
        public var maxFrames = 64
        /// Messages queued for one peer before `send` gives `.wouldBlock`. 0: no limit.
        public var sendHighWaterMark = 1000
        /// Messages of one peer queued here before the connection stops reading. 0: no limit.
        public var receiveHighWaterMark = 1000
        /// libzmq's own reconnecting after a loss; `nil` (-1): never, make a new socket instead.
        public var reconnectInterval: Duration?
        /// Queue only for completed connections: before one is up, `send` gives `.wouldBlock`.
        public var immediate = true
        /// A router says `.unreachable` or `.wouldBlock` where libzmq would drop in silence. Ignored by other kinds.
        public var routerMandatory = true
        /// How long a peer may take over its handshake.
        public var handshakeInterval: Duration = .seconds(10)
        /// How long a TCP connect may take; `nil`: as long as the system tries.
        public var connectTimeout: Duration? = .seconds(10)
        /// Connections that the kernel holds before they are accepted (also bounded by net.core.somaxconn).
        public var backlog = 1024
        /// Between heartbeats; `nil`: none, and a half-open connection goes unnoticed.
        public var heartbeatInterval: Duration? = .seconds(10)
        /// Without any traffic for this long after a heartbeat, the connection is closed. `nil`: the interval.
        public var heartbeatTimeout: Duration? = .seconds(30)
        /// How long the peer is told to keep the connection without traffic, at most 6553 s. `nil`: not told.
        public var heartbeatTTL: Duration? = .seconds(30)
        /// How long `sendWaiting` waits; `nil`: for ever.
        public var sendTimeout: Duration?
        /// How long `receiveWaiting` waits; `nil`: for ever.
        public var receiveTimeout: Duration?
        /// Encryption and identity. Applies to binds and connects made after it is set.
        public var security: Security = .none
        /// Accept and connect over IPv6 as well as IPv4.
        public var ipv6 = false
        /// TCP keepalive; `nil`: the system's setting.
        public var tcpKeepalive: TCPKeepalive?

        /// The defaults.
        public init() {}
    }

    /// Who may talk to the socket, and how the two ends know each other.
    public enum Security: Sendable {
        /// Plain bytes and no identity. For `inproc` and tests.
        case none
        /// Serves CURVE. Only keys that the `Authenticator` of this context allows in `zapDomain` get in; the domain is
        /// enforced, so without an authenticator nobody does. The domain must not be empty.
        case curveServer(CurveSecretKey, zapDomain: String)
        /// Connects by CURVE as `keys` and insists that the other end holds the secret of `serverKey`.
        case curveClient(CurveKeyPair, serverKey: CurvePublicKey)
    }

    /// TCP's own probing of idle connections. See tcp(7).
    public struct TCPKeepalive: Sendable, Equatable {
        /// Idle time before the first probe, whole seconds.
        public var idle: Duration
        /// Between probes, whole seconds.
        public var interval: Duration
        /// Unanswered probes before the connection is closed.
        public var count: Int

        /// Probing as given.
        public init(idle: Duration, interval: Duration, count: Int) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }
}
