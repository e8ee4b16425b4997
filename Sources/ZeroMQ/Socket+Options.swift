internal import CZeroMQ

extension Socket {
    /// Sets everything but security, on a fresh handle.
    func apply(_ options: Options) throws(ZeroMQError) {
        try set(ZMQ_LINGER, options.linger.wholeMilliseconds, "ZMQ_LINGER")
        try setLong(ZMQ_MAXMSGSIZE, Int64(options.maxMessageSize ?? -1), "ZMQ_MAXMSGSIZE")
        try set(ZMQ_SNDHWM, CInt(clamping: options.sendHighWaterMark), "ZMQ_SNDHWM")
        try set(ZMQ_RCVHWM, CInt(clamping: options.receiveHighWaterMark), "ZMQ_RCVHWM")
        try set(ZMQ_RECONNECT_IVL, options.reconnectInterval?.wholeMilliseconds ?? -1, "ZMQ_RECONNECT_IVL")
        try set(ZMQ_IMMEDIATE, options.immediate ? 1 : 0, "ZMQ_IMMEDIATE")
        if kind == .router {
            try set(ZMQ_ROUTER_MANDATORY, options.routerMandatory ? 1 : 0, "ZMQ_ROUTER_MANDATORY")
        }
        try set(ZMQ_HANDSHAKE_IVL, options.handshakeInterval.wholeMilliseconds, "ZMQ_HANDSHAKE_IVL")
        try set(ZMQ_CONNECT_TIMEOUT, options.connectTimeout?.wholeMilliseconds ?? 0, "ZMQ_CONNECT_TIMEOUT")
        try set(ZMQ_BACKLOG, CInt(clamping: options.backlog), "ZMQ_BACKLOG")
        try set(ZMQ_SNDTIMEO, options.sendTimeout?.wholeMilliseconds ?? -1, "ZMQ_SNDTIMEO")
        try set(ZMQ_RCVTIMEO, options.receiveTimeout?.wholeMilliseconds ?? -1, "ZMQ_RCVTIMEO")
        try set(ZMQ_IPV6, options.ipv6 ? 1 : 0, "ZMQ_IPV6")
        try applyLiveness(options)
    }

    private func applyLiveness(_ options: Options) throws(ZeroMQError) {
        if let interval = options.heartbeatInterval {
            try set(ZMQ_HEARTBEAT_IVL, interval.wholeMilliseconds, "ZMQ_HEARTBEAT_IVL")
            try set(ZMQ_HEARTBEAT_TIMEOUT, options.heartbeatTimeout?.wholeMilliseconds ?? -1, "ZMQ_HEARTBEAT_TIMEOUT")
            try set(ZMQ_HEARTBEAT_TTL, options.heartbeatTTL?.wholeMilliseconds ?? 0, "ZMQ_HEARTBEAT_TTL")
        }
        if let keepalive = options.tcpKeepalive {
            try set(ZMQ_TCP_KEEPALIVE, 1, "ZMQ_TCP_KEEPALIVE")
            try set(ZMQ_TCP_KEEPALIVE_IDLE, keepalive.idle.wholeSeconds, "ZMQ_TCP_KEEPALIVE_IDLE")
            try set(ZMQ_TCP_KEEPALIVE_INTVL, keepalive.interval.wholeSeconds, "ZMQ_TCP_KEEPALIVE_INTVL")
            try set(ZMQ_TCP_KEEPALIVE_CNT, CInt(clamping: keepalive.count), "ZMQ_TCP_KEEPALIVE_CNT")
        }
    }

    /// Sets encryption for the binds and connects that follow; earlier ones keep theirs.
    func apply(_ security: Security) throws(ZeroMQError) {
        switch security {
        case .none:
            try set(ZMQ_CURVE_SERVER, 0, "ZMQ_CURVE_SERVER")
        case .curveServer(let secret, let domain):
            precondition(!domain.isEmpty, "a CURVE server needs a ZAP domain, or everybody is let in")
            // Refuse first, then open: the order in which nothing is served half set up.
            try enforce(domain)
            try set(ZMQ_CURVE_SERVER, 1, "ZMQ_CURVE_SERVER")
            try secret.withBytes { bytes throws(ZeroMQError) in
                try set(ZMQ_CURVE_SECRETKEY, bytes, "ZMQ_CURVE_SECRETKEY")
            }
        case .curveClient(let keys, let serverKey):
            try set(ZMQ_CURVE_SERVERKEY, serverKey.bytes, "ZMQ_CURVE_SERVERKEY")
            try set(ZMQ_CURVE_PUBLICKEY, keys.publicKey.bytes, "ZMQ_CURVE_PUBLICKEY")
            try keys.secretKey.withBytes { bytes throws(ZeroMQError) in
                try set(ZMQ_CURVE_SECRETKEY, bytes, "ZMQ_CURVE_SECRETKEY")
            }
        }
    }

    /// Without enforcement, libzmq lets every key in while no ZAP handler is bound. Hence set, and read back.
    private func enforce(_ domain: String) throws(ZeroMQError) {
        try set(ZMQ_ZAP_DOMAIN, Array(domain.utf8), "ZMQ_ZAP_DOMAIN")
        try set(ZMQ_ZAP_ENFORCE_DOMAIN, 1, "ZMQ_ZAP_ENFORCE_DOMAIN")
        guard try isDomainEnforced else { throw .domainNotEnforced(domain: domain) }
    }

    /// Whether this socket refuses CURVE peers while no ZAP handler answers; read from libzmq.
    public var isDomainEnforced: Bool {
        get throws(ZeroMQError) { try integer(ZMQ_ZAP_ENFORCE_DOMAIN, "ZMQ_ZAP_ENFORCE_DOMAIN") == 1 }
    }
}

extension Duration {
    /// Whole seconds, rounded up.
    fileprivate var wholeSeconds: CInt { CInt(clamping: components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
