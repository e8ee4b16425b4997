internal import CZeroMQ
internal import Glibc

/// What became of a message that was given to `send`.
public enum SendResult: Sendable, Equatable {
    /// libzmq has queued it. That is no promise of delivery.
    case sent
    /// Nothing was queued: the mark is reached, or no peer is connected. Try again when the socket has room.
    case wouldBlock
    /// Nothing was queued: a router knows no such peer (any more).
    case unreachable
}

extension Socket {
    /// Queues a message, without waiting. The frames can be sent again afterwards; their bytes are shared, not copied.
    ///
    /// - Throws: any failure but a full queue and an unknown peer. After one in the middle of a message (which libzmq
    ///   does not produce on a live context) the socket must be closed.
    public func send(_ message: Multipart) throws(ZeroMQError) -> SendResult {
        precondition(!message.isEmpty, "a message needs a frame")
        let last = message.frames.count - 1
        for (index, frame) in message.frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < last ? ZMQ_SNDMORE : 0)
            var result = try send(frame, flags: flags)
            if result == .wouldBlock, index == 0, try hasRoom() { result = try send(frame, flags: flags) }
            guard result == .sent else {
                // The first frame decides: libzmq takes or refuses a message whole.
                guard index == 0 else { throw .last("zmq_msg_send") }
                return result
            }
        }
        return .sent
    }

    /// Queues a message of these frames, without waiting.
    public func send(_ frames: Message...) throws(ZeroMQError) -> SendResult {
        try send(Multipart(frames))
    }

    /// Queues a message, waiting up to `timeout` for room. For simple clients, never on a `SocketThread`.
    ///
    /// - Returns: `.wouldBlock` if there was no room in time.
    public func send(_ message: Multipart, timeout: Duration) throws(ZeroMQError) -> SendResult {
        let deadline = MonotonicTime.now + timeout
        while true {
            let result = try send(message)
            guard result == .wouldBlock else { return result }
            guard try wait(for: CShort(ZMQ_POLLOUT), until: deadline) else { return .wouldBlock }
        }
    }

    /// Queues a message, waiting for `options.sendTimeout`.
    public func sendWaiting(_ message: Multipart) throws(ZeroMQError) -> SendResult {
        try send(message, timeout: options.sendTimeout ?? .seconds(Int64.max))
    }

    /// Waits until the socket is ready. Gives `false` when the deadline has passed.
    func wait(for events: CShort, until deadline: MonotonicTime) throws(ZeroMQError) -> Bool {
        var item = zmq_pollitem_t(socket: try openHandle, fd: 0, events: events, revents: 0)
        while true {
            let remaining = deadline - .now
            guard remaining > .zero else { return false }
            let result = zmq_poll(&item, 1, Int(remaining.wholeMilliseconds))
            if result > 0 { return true }
            if result < 0 && zmq_errno() != EINTR { throw .last("zmq_poll") }
        }
    }

    /// Takes notice of new connections and of room. A send by itself does so every millisecond or so only, and would
    /// refuse a message right after the event that says that the peer is there.
    private func hasRoom() throws(ZeroMQError) -> Bool {
        try integer(ZMQ_EVENTS, "ZMQ_EVENTS") & ZMQ_POLLOUT != 0
    }

    private func send(_ frame: Message, flags: CInt) throws(ZeroMQError) -> SendResult {
        let handle = try openHandle
        var copy = zmq_msg_t()
        frame.share(into: &copy)
        while zmq_msg_send(&copy, handle, flags) == -1 {
            let errno = zmq_errno()
            if errno == EINTR { continue }
            zmq_msg_close(&copy)
            switch errno {
            case EAGAIN: return .wouldBlock
            case EHOSTUNREACH: return .unreachable
            default: throw .call(function: "zmq_msg_send", endpoint: nil, errno: errno)
            }
        }
        return .sent
    }
}
