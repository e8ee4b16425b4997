internal import CZeroMQ

/// What a `SocketMonitor` saw happen to a connection of its socket.
public struct SocketEvent: Sendable, Equatable {
    /// What happened.
    public let kind: Kind
    /// The endpoint concerned, such as "tcp://127.0.0.1:5555"; empty if libzmq names none.
    public let endpoint: String

    /// The events of zmq_socket_monitor(3).
    public enum Kind: Sendable, Equatable {
        /// TCP is connected; the handshake follows.
        case connected
        /// The connect is under way.
        case connectDelayed
        /// The connect failed and is tried again after this interval. Never, without `reconnectInterval`.
        case connectRetried(after: Duration)
        /// A bind succeeded.
        case listening
        /// A bind failed with this error number.
        case bindFailed(errno: CInt)
        /// A peer has connected; the handshake follows.
        case accepted
        /// A peer could not be accepted. `EMFILE` here means that RLIMIT_NOFILE is too low: raise an alarm.
        case acceptFailed(errno: CInt)
        /// The connection, or the attempt at one, was closed at this end. Without `reconnectInterval` this ends a client.
        case closed
        /// A close failed with this error number.
        case closeFailed(errno: CInt)
        /// The connection was lost.
        case disconnected
        /// The handshake is done: for CURVE, both ends have proved their keys.
        case handshakeSucceeded
        /// The handshake failed for a reason outside the protocol, such as a lost connection or an absent ZAP handler.
        case handshakeFailedNoDetail(errno: CInt)
        /// The other end broke the protocol, or speaks another; `ZMQ_PROTOCOL_ERROR_…` as in zmq.h.
        case handshakeFailedProtocol(code: UInt32)
        /// The ZAP handler refused the key: 400, or 300 and 500 for its own failures. At the client the session is over
        /// for good: later sends give `.wouldBlock` or are lost. Make a new socket, after a while.
        case handshakeFailedAuth(status: Int)
        /// The socket is closed, or the monitor; nothing follows.
        case monitorStopped
        /// An event that this library does not know.
        case other(number: UInt16, value: UInt32)
    }

    /// What happened on `endpoint`.
    public init(_ kind: Kind, endpoint: String) {
        self.kind = kind
        self.endpoint = endpoint
    }

    /// Reads libzmq's two frames: number (16 bit) and value (32 bit) in the machine's order, then the endpoint.
    init?(_ message: Multipart) {
        guard message.count == 2, message[0].count == 6 else { return nil }
        let (number, value) = message[0].withUnsafeBytes {
            ($0.loadUnaligned(as: UInt16.self), $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        }
        self.init(Kind(number: number, value: value), endpoint: message[1].text ?? "")
    }
}

extension SocketEvent.Kind {
    fileprivate init(number: UInt16, value: UInt32) {
        let errno = CInt(bitPattern: value)
        switch CInt(number) {
        case ZMQ_EVENT_CONNECTED: self = .connected
        case ZMQ_EVENT_CONNECT_DELAYED: self = .connectDelayed
        case ZMQ_EVENT_CONNECT_RETRIED: self = .connectRetried(after: .milliseconds(Int64(value)))
        case ZMQ_EVENT_LISTENING: self = .listening
        case ZMQ_EVENT_BIND_FAILED: self = .bindFailed(errno: errno)
        case ZMQ_EVENT_ACCEPTED: self = .accepted
        case ZMQ_EVENT_ACCEPT_FAILED: self = .acceptFailed(errno: errno)
        case ZMQ_EVENT_CLOSED: self = .closed
        case ZMQ_EVENT_CLOSE_FAILED: self = .closeFailed(errno: errno)
        case ZMQ_EVENT_DISCONNECTED: self = .disconnected
        case ZMQ_EVENT_MONITOR_STOPPED: self = .monitorStopped
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .handshakeFailedNoDetail(errno: errno)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: self = .handshakeFailedProtocol(code: value)
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .handshakeFailedAuth(status: Int(value))
        default: self = .other(number: number, value: value)
        }
    }
}
