internal import CZeroMQ
internal import Synchronization

/// One frame: immutable bytes held by libzmq.
///
/// Received frames are not copied; sending shares the bytes. May be read and released on any thread.
public final class Message: @unchecked Sendable {
    // Unchecked: the bytes never change, and libzmq counts and frees them atomically. Only zmq_msg_copy writes into its
    // source (it marks it as shared), hence `copying`.
    private let raw: UnsafeMutablePointer<zmq_msg_t>
    private let copying = Mutex(())

    /// An empty frame, to be filled by `receive`.
    init() {
        raw = .allocate(capacity: 1)
        zmq_msg_init(raw)
    }

    /// A frame of `count` bytes written by `body` straight into libzmq's memory.
    public init<E>(
        count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        raw = .allocate(capacity: 1)
        precondition(zmq_msg_init_size(raw, count) == 0, "no memory for a frame of \(count) bytes")
        try body(UnsafeMutableRawBufferPointer(start: zmq_msg_data(raw), count: count))
    }

    /// A copy of `bytes`, the only one made on the way to the wire.
    public convenience init(_ bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// The UTF-8 of `text`.
    public convenience init(_ text: String) {
        self.init(text.utf8)
    }

    /// Lends memory to libzmq without a copy.
    ///
    /// - Parameters:
    ///   - bytes: stay valid and unchanged until `release` has been called.
    ///   - release: called once, on any thread (often one of libzmq's I/O threads), when the last user is done. It must not
    ///     block, nor drop the last reference to the context.
    public init(lending bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        raw = .allocate(capacity: 1)
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            zmq_msg_init(raw)
            release()
            return
        }
        let hint = Unmanaged.passRetained(Release(release)).toOpaque()
        let result = zmq_msg_init_data(
            raw, UnsafeMutableRawPointer(mutating: start), bytes.count,
            { _, hint in
                // `hint` is the box retained above; libzmq calls this once.
                guard let hint else { return }
                Unmanaged<Release>.fromOpaque(hint).takeRetainedValue().body()
            }, hint)
        precondition(result == 0, "no memory for a frame")
    }

    deinit {
        zmq_msg_close(raw)
        raw.deallocate()
    }

    /// The size in bytes.
    public var count: Int { zmq_msg_size(raw) }

    /// Whether the frame has no bytes.
    public var isEmpty: Bool { count == 0 }

    /// Gives the bytes to `body`, without a copy. The pointer is valid only inside.
    public func withUnsafeBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: count))
    }

    /// For libzmq calls that fill or inspect this message.
    func withRaw<R, E>(_ body: (UnsafeMutablePointer<zmq_msg_t>) throws(E) -> R) throws(E) -> R {
        try body(raw)
    }

    /// A libzmq message that shares these bytes, for a send that consumes it.
    func share(into copy: UnsafeMutablePointer<zmq_msg_t>) {
        zmq_msg_init(copy)
        // Fails only for a message that is not one.
        let result = copying.withLock { _ in zmq_msg_copy(copy, raw) }
        precondition(result == 0, "zmq_msg_copy failed")
    }

    private final class Release: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
