internal import CZeroMQ
internal import Glibc

/// A ZeroMQ socket, owned by one thread.
///
/// The thread that makes it owns it until `SocketThread.register` or `adopt()` hands it over; every other call must
/// come from the owner (checked in debug builds), because libzmq's sockets are not thread-safe.
public final class Socket {
    /// The messaging pattern.
    public let kind: Kind
    /// What it was set to. Changing `security` goes through `bind(to:security:)`.
    public let options: Options
    /// Messages with more than `options.maxFrames` frames that `receive` threw away.
    public internal(set) var discardedMultiparts = 0

    let context: Context
    /// `nil` once closed.
    private var handle: UnsafeMutableRawPointer?
    private var owner = pthread_self()
    /// Where it is registered; it must leave before the handle goes.
    weak var thread: SocketThread?
    /// The reading end of its monitor while there is one. Held here, since libzmq's I/O thread would block for ever on
    /// an event for a reader that is gone.
    var monitorEvents: Socket?

    /// Makes a socket and applies `options`.
    ///
    /// - Throws: what libzmq refused: `EMFILE` beyond the context's `maxSockets`, `ETERM` for a closed context, or
    ///   `domainNotEnforced` where a CURVE server could not be made to fail closed.
    public init(_ context: Context, _ kind: Kind, options: Options = Options()) throws(ZeroMQError) {
        self.context = context
        self.kind = kind
        self.options = options
        handle = try context.makeHandle(kind.number)
        try apply(options)
        try apply(options.security)
    }

    deinit {
        // The last reference is gone, so no thread can be inside; ARC orders its memory before this.
        guard let handle else { return }
        if monitorEvents != nil { zmq_socket_monitor(handle, nil, 0) }
        context.closeHandle(handle)
    }

    /// Listens on `endpoint`. May be called again for further endpoints.
    ///
    /// - Parameter endpoint: `tcp://HOST:PORT` (a port of `*` takes a free one), `ipc:///PATH` or `inproc://NAME`.
    /// - Returns: the endpoint as bound, with its real port.
    @discardableResult
    public func bind(to endpoint: String) throws(ZeroMQError) -> String {
        let result = zmq_bind(try openHandle, endpoint)
        if result != 0 { throw .last("zmq_bind", endpoint: endpoint) }
        return try lastEndpoint
    }

    /// Listens on a further endpoint with other keys, as for a rotation of the server's: one router can carry both.
    @discardableResult
    public func bind(to endpoint: String, security: Security) throws(ZeroMQError) -> String {
        try apply(security)
        return try bind(to: endpoint)
    }

    /// Starts to connect. Success says only that the endpoint is well formed; a `SocketMonitor` tells the rest.
    public func connect(to endpoint: String) throws(ZeroMQError) {
        let result = zmq_connect(try openHandle, endpoint)
        if result != 0 { throw .last("zmq_connect", endpoint: endpoint) }
    }

    /// Stops listening on an endpoint, given as `bind` returned it. Connections made through it stay.
    ///
    /// The port is free a moment later, when a monitor says `.closed`.
    public func unbind(_ endpoint: String) throws(ZeroMQError) {
        let result = zmq_unbind(try openHandle, endpoint)
        if result != 0 { throw .last("zmq_unbind", endpoint: endpoint) }
    }

    /// Drops the connection to an endpoint, given as to `connect`.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        let result = zmq_disconnect(try openHandle, endpoint)
        if result != 0 { throw .last("zmq_disconnect", endpoint: endpoint) }
    }

    /// The endpoint last bound or connected, with its real port.
    public var lastEndpoint: String {
        get throws(ZeroMQError) { try string(ZMQ_LAST_ENDPOINT, "ZMQ_LAST_ENDPOINT") }
    }

    /// Leaves its thread's poll, stops its monitor and closes. Closing twice is harmless.
    ///
    /// A port that it was bound to is free a moment later, and at the latest when `Context.close()` returns. Unsent messages are dropped after `linger`.
    public func close() {
        guard let open = handle else { return }
        checkOwner()
        thread?.unregister(self)
        stopMonitor()
        handle = nil
        context.closeHandle(open)
    }

    /// Whether `close()` has been called.
    public var isClosed: Bool { handle == nil }

    /// Makes the calling thread the owner.
    ///
    /// The hand-over must synchronise (an `await`, a lock, a thread's start), and the old owner must be done with it.
    public func adopt() {
        owner = pthread_self()
    }

    /// Ends the watch. The events so far, and a last one, can still be read at the other end.
    func stopMonitor() {
        guard let handle, monitorEvents != nil else { return }
        // Fails for a handle that is no socket only.
        zmq_socket_monitor(handle, nil, 0)
        monitorEvents = nil
    }

    /// The handle, for the owner. Throws `ENOTSOCK` once closed.
    var openHandle: UnsafeMutableRawPointer {
        get throws(ZeroMQError) {
            guard let handle else { throw .call(function: "Socket", endpoint: nil, errno: ENOTSOCK) }
            checkOwner()
            return handle
        }
    }

    private func checkOwner() {
        assert(pthread_equal(owner, pthread_self()) != 0, "a socket was used off its owning thread")
    }
}
