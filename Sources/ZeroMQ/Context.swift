internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// A libzmq context: its I/O threads and the `inproc` namespace that its sockets share.
///
/// Safe to use from any thread. A process needs one. Sockets keep their context alive.
public final class Context: Sendable {
    /// Open while `handle` is there; `sockets` counts those not yet closed.
    private struct State {
        // zmq contexts are thread-safe; the pointer is handed out inside the lock only.
        nonisolated(unsafe) var handle: UnsafeMutableRawPointer?
        var sockets = 0
    }

    private let state: Mutex<State>

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - ioThreads: threads that move bytes; libzmq advises one for each gigabyte a second.
    ///   - maxSockets: sockets at a time, monitors included. This is not the number of peers.
    /// - Throws: `libraryTooOld` or `curveMissing` if the installed libzmq is unfit, otherwise what libzmq refused.
    public init(ioThreads: Int = 1, maxSockets: Int = 1023) throws(ZeroMQError) {
        try Self.checkLibrary()
        guard let handle = zmq_ctx_new() else { throw .last("zmq_ctx_new") }
        state = Mutex(State(handle: handle))
        try Self.set(handle, ZMQ_IO_THREADS, CInt(clamping: ioThreads), "ZMQ_IO_THREADS")
        try Self.set(handle, ZMQ_MAX_SOCKETS, CInt(clamping: maxSockets), "ZMQ_MAX_SOCKETS")
        // LINGER starts at 0 for every socket, libzmq's internal ones included, so that close() cannot hang.
        try Self.set(handle, ZMQ_BLOCKY, 0, "ZMQ_BLOCKY")
    }

    deinit {
        // Sockets hold the context, so none is open here and zmq_ctx_term returns at once.
        state.withLock { Self.terminate(&$0) }
    }

    /// Ends the I/O threads. Close every socket and monitor first. Closing twice is harmless.
    ///
    /// Unsent messages are dropped (`linger` is 0): whatever must survive belongs in a log, not in a socket.
    ///
    /// - Throws: `socketsOpen` while sockets are open, since libzmq would wait for them for ever. The context stays usable.
    public func close() throws(ZeroMQError) {
        let open = state.withLock { state in
            if state.sockets == 0 { Self.terminate(&state) }
            return state.sockets
        }
        if open > 0 { throw .socketsOpen(count: open) }
    }

    /// The version of the libzmq found at run time, such as "4.3.4".
    public static var libraryVersion: String {
        let (major, minor, patch) = version
        return "\(major).\(minor).\(patch)"
    }

    /// Makes a socket handle and counts it. The socket gives it back with `closeHandle`.
    func makeHandle(_ kind: CInt) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        nonisolated(unsafe) var result: UnsafeMutableRawPointer?
        let errno = state.withLock { state in
            guard let context = state.handle else { return CZMQ_ETERM }
            guard let socket = zmq_socket(context, kind) else { return zmq_errno() }
            state.sockets += 1
            result = socket
            return 0
        }
        guard let result else { throw .call(function: "zmq_socket", endpoint: nil, errno: errno) }
        return result
    }

    /// Closes a socket handle that `makeHandle` gave out.
    func closeHandle(_ handle: UnsafeMutableRawPointer) {
        // The only error is ENOTSOCK, which a handle given out here and closed once cannot have.
        let result = zmq_close(handle)
        assert(result == 0, "zmq_close failed")
        state.withLock { $0.sockets -= 1 }
    }
}

extension Context {
    private static let oldest: (CInt, CInt, CInt) = (4, 3, 3)

    private static var version: (CInt, CInt, CInt) {
        var (major, minor, patch): (CInt, CInt, CInt) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return (major, minor, patch)
    }

    private static func checkLibrary() throws(ZeroMQError) {
        try check(version: version, hasCurve: zmq_has("curve") == 1)
    }

    /// The decision apart from the installed library, so that it can be tested.
    static func check(version: (CInt, CInt, CInt), hasCurve: Bool) throws(ZeroMQError) {
        guard version >= oldest else { throw .libraryTooOld(found: "\(version.0).\(version.1).\(version.2)") }
        guard hasCurve else { throw .curveMissing }
    }

    private static func set(
        _ handle: UnsafeMutableRawPointer, _ option: CInt, _ value: CInt, _ name: String
    ) throws(ZeroMQError) {
        guard zmq_ctx_set(handle, option, value) == 0 else { throw .last("zmq_ctx_set(\(name))") }
    }

    private static func terminate(_ state: inout State) {
        guard let handle = state.handle else { return }
        // EINTR is the one error that leaves the context alive; the call is made to be repeated.
        while zmq_ctx_term(handle) == -1 && zmq_errno() == EINTR {}
        state.handle = nil
    }
}
