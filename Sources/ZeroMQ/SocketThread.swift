internal import Glibc
internal import Synchronization

/// A thread that waits for sockets and runs the actors that own them.
///
/// Give it to an actor as its executor:
///
///     actor Owner {
///         private let thread: SocketThread
///         nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
///     }
///
/// Then the actor's methods, its sockets' callbacks and its timers run on this one thread and never overlap.
/// Several actors may share a thread. Nothing on it may block.
///
/// Each turn of its loop runs jobs (at most `jobsPerTurn`, for about `jobTime`), the timers that are due, and one
/// callback for every readable socket. So neither traffic nor jobs starve the other, provided that a callback takes a
/// bounded number of messages (`Socket.receiveAll`); it is called again while the socket is readable.
///
/// The thread runs, and keeps itself alive, until `stop()`.
public final class SocketThread: SerialExecutor {
    /// The name given at the start. The kernel shows its first 15 bytes.
    public let name: String

    /// Jobs run in one turn before the sockets are looked at again.
    static let jobsPerTurn = 256
    /// Time after which a turn begins no further job.
    static let jobTime = Duration.milliseconds(2)

    let queue: WorkQueue
    /// The thread that is now this executor's; 0 without one.
    let current = Atomic<pthread_t>(0)
    /// What `stop()` joins; `nil` once it has.
    private let joinable: Mutex<pthread_t?> = Mutex(nil)
    // Touched on the thread only, by `run()` and by methods that check that they are on it.
    nonisolated(unsafe) let polls: PollSet
    nonisolated(unsafe) var timers = TimerQueue()

    /// Starts the thread.
    ///
    /// - Throws: `EMFILE` without a descriptor for its wake-up, `EAGAIN` without a thread to be had.
    public init(name: String) throws(ZeroMQError) {
        self.name = name
        queue = try WorkQueue()
        polls = PollSet(wakeup: queue.fileDescriptor)
        let thread = try NativeThread.start(name: name) { [self] in run() }
        joinable.withLock { $0 = thread }
    }

    /// Runs what is queued, ends the thread and waits for that. Stopping twice is harmless.
    ///
    /// Call it from any other thread. Registrations and timers are dropped, without closing the sockets: their owners
    /// should have done so, as a last job on the thread. Work that still arrives afterwards is not lost (a task that
    /// awaits it would hang): it runs, in order, on a short-lived thread that owns no registrations.
    public func stop() {
        precondition(!isCurrent, "a SocketThread cannot stop itself: it would wait for its own end")
        joinable.withLock { thread in
            guard let joined = thread else { return }
            queue.requestStop()
            pthread_join(joined, nil)
            thread = nil
        }
    }

    /// Whether the calling thread is this one.
    public var isCurrent: Bool { current.load(ordering: .acquiring) == pthread_self() }

    /// Calls `onReadable` on this thread whenever `socket` can be read, until `unregister` or `close()`.
    ///
    /// Call it on this thread. The socket is kept, and belongs to this thread from now on.
    public func register(_ socket: Socket, onReadable: @escaping () -> Void) {
        checkCurrent()
        precondition(socket.thread == nil, "the socket is registered already")
        socket.adopt()
        socket.thread = self
        polls.add(socket, onReadable: onReadable)
    }

    /// Ends the callbacks for `socket`, at once. Call it on this thread. Harmless if there are none.
    public func unregister(_ socket: Socket) {
        checkCurrent()
        polls.remove(socket)
        socket.thread = nil
    }

    /// Calls `body` once on this thread when `socket`, which is registered, has room after a `.wouldBlock`.
    ///
    /// Call it on this thread. A second call before the first is done takes its place.
    public func onceWritable(_ socket: Socket, _ body: @escaping () -> Void) {
        checkCurrent()
        precondition(socket.thread === self, "the socket is not registered here")
        polls.await(writable: socket, body)
    }

    /// Calls `onReadable` on this thread while `fileDescriptor` can be read or has failed. Call it on this thread.
    public func register(fileDescriptor: CInt, onReadable: @escaping () -> Void) {
        checkCurrent()
        polls.add(descriptor: fileDescriptor, onReadable: onReadable)
    }

    /// Ends the callbacks for `fileDescriptor`. Call it on this thread and before closing the descriptor.
    public func unregister(fileDescriptor: CInt) {
        checkCurrent()
        polls.remove(descriptor: fileDescriptor)
    }

    /// Runs `body` once on this thread, no earlier than `delay` from now by the monotonic clock. Call it on this thread.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> TimerID {
        checkCurrent()
        return timers.schedule(at: .now + delay, body)
    }

    /// Takes a timer back. Call it on this thread. Harmless if the timer has fired.
    public func cancel(_ timer: TimerID) {
        checkCurrent()
        timers.cancel(timer)
    }

    /// Queues a closure to run on this thread, after the work that is queued already. Call it from any thread.
    public func perform(_ body: @escaping @Sendable () -> Void) {
        enqueue(.closure(body))
    }

    private func checkCurrent() {
        precondition(isCurrent, "called off the thread \(name)")
    }
}
