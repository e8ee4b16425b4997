internal import CZeroMQ
internal import Glibc

extension Socket {
    /// How many messages `receiveAll` hands out in one go, so that the thread's other work gets its turn.
    public static let messagesPerTurn = 64

    /// The next message, without waiting.
    ///
    /// - Returns: `nil` if none is there now, or if the one that was had too many frames and was discarded.
    public func receive() throws(ZeroMQError) -> Multipart? {
        guard let first = try receiveFrame() else { return nil }
        guard first.hasMore else { return Multipart([first]) }
        var frames = [first]
        var more = true
        var tooMany = false
        while more {
            // libzmq delivers a message whole, so its later frames are there already.
            guard let frame = try receiveFrame() else { throw .last("zmq_msg_recv") }
            more = frame.hasMore
            if frames.count < options.maxFrames { frames.append(frame) } else { tooMany = true }
        }
        guard tooMany else { return Multipart(frames) }
        discardedMultiparts += 1
        return nil
    }

    /// Hands the waiting messages to `body`, at most `limit` of them. What remains makes the socket readable again.
    ///
    /// - Returns: how many there were. Stops early if `body` closes the socket.
    @discardableResult
    public func receiveAll(
        limit: Int = messagesPerTurn, _ body: (Multipart) -> Void
    ) throws(ZeroMQError) -> Int {
        var count = 0
        while count < limit, !isClosed, let message = try receive() {
            count += 1
            body(message)
        }
        return count
    }

    /// The next message, waiting up to `timeout` on the calling thread. For simple clients, never on a `SocketThread`.
    ///
    /// - Returns: `nil` if none came in time.
    public func receive(timeout: Duration) throws(ZeroMQError) -> Multipart? {
        let deadline = MonotonicTime.now + timeout
        while true {
            if let message = try receive() { return message }
            guard try wait(for: CShort(ZMQ_POLLIN), until: deadline) else { return nil }
        }
    }

    /// The next message, waiting for `options.receiveTimeout`; `nil` if none came in time.
    public func receiveWaiting() throws(ZeroMQError) -> Multipart? {
        try receive(timeout: options.receiveTimeout ?? .seconds(Int64.max))
    }

    /// Asks a subscriber for messages whose first frame begins with `prefix`; an empty one asks for all.
    public func subscribe(to prefix: String) throws(ZeroMQError) {
        try set(ZMQ_SUBSCRIBE, Array(prefix.utf8), "ZMQ_SUBSCRIBE")
    }

    /// Takes back one `subscribe(to:)`.
    public func unsubscribe(from prefix: String) throws(ZeroMQError) {
        try set(ZMQ_UNSUBSCRIBE, Array(prefix.utf8), "ZMQ_UNSUBSCRIBE")
    }

    private func receiveFrame() throws(ZeroMQError) -> Message? {
        let handle = try openHandle
        let message = Message()
        while message.withRaw({ zmq_msg_recv($0, handle, ZMQ_DONTWAIT) }) == -1 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return nil
            case let errno: throw .call(function: "zmq_msg_recv", endpoint: nil, errno: errno)
            }
        }
        return message
    }
}
