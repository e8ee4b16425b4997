internal import CZeroMQ
internal import Synchronization

/// Tells what happens to the connections of a socket.
///
/// Make it before the socket binds or connects, so that nothing is missed, and on the thread that owns the socket; it
/// belongs to the same thread. Events are queued without limit until they are taken (libzmq's I/O thread would block
/// on a full queue): always take them.
public final class SocketMonitor {
    private let monitored: Socket
    /// Where the events come from.
    private let events: Socket

    private static let count = Atomic<UInt64>(0)

    /// Starts to watch `socket`, which can have one monitor at a time.
    ///
    /// - Throws: `EMFILE` when the context has no socket left (a monitor takes two), `ENOTSOCK` for a closed one.
    public init(_ socket: Socket) throws(ZeroMQError) {
        precondition(socket.monitorEvents == nil, "the socket has a monitor already")
        let number = Self.count.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://huiyin.monitor.\(number)"
        monitored = socket
        events = try Socket(socket.context, .pair, options: Self.options)
        let result = zmq_socket_monitor(try socket.openHandle, endpoint, ZMQ_EVENT_ALL)
        if result != 0 { throw .last("zmq_socket_monitor", endpoint: endpoint) }
        socket.monitorEvents = events
        do throws(ZeroMQError) {
            try events.connect(to: endpoint)
        } catch {
            socket.stopMonitor()
            throw error
        }
    }

    /// Calls `onEvent` on `thread`, which owns the socket, for every event from now on, those already queued included.
    ///
    /// Call it on that thread, once. It goes on until `close()`, or until `.monitorStopped` after the socket's close.
    public func deliver(on thread: SocketThread, onEvent: @escaping (SocketEvent) -> Void) {
        let events = events
        thread.register(events) {
            // The pair fails only when closed, and then nothing is left to deliver.
            _ = try? events.receiveAll { message in
                guard let event = SocketEvent(message) else { return }
                onEvent(event)
                if event.kind == .monitorStopped { events.close() }
            }
        }
    }

    /// The next event, waiting up to `timeout` on the calling thread. For simple clients and tests.
    ///
    /// - Returns: `nil` if nothing happened in time.
    public func nextEvent(timeout: Duration) throws(ZeroMQError) -> SocketEvent? {
        try events.receive(timeout: timeout).flatMap { SocketEvent($0) }
    }

    /// Ends the watch and the callbacks, without a last event. Closing twice, or after the socket, is harmless.
    public func close() {
        // In this order: see `Socket.monitorEvents`.
        if monitored.monitorEvents === events { monitored.stopMonitor() }
        events.close()
    }

    private static var options: Socket.Options {
        var options = Socket.Options()
        options.receiveHighWaterMark = 0
        options.sendHighWaterMark = 0
        return options
    }
}
