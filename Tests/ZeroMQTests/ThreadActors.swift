import Synchronization
import ZeroMQ

/// A value that tests change from outside.
final class Flag: Sendable {
    private let state: Atomic<Bool>

    init(_ value: Bool) { state = Atomic(value) }

    var value: Bool { state.load(ordering: .acquiring) }

    func set(_ value: Bool) { state.store(value, ordering: .releasing) }
}

/// An actor without sockets.
actor Counter {
    private let thread: SocketThread
    private(set) var value = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ thread: SocketThread) { self.thread = thread }

    func add() { value += 1 }

    func isOnThread() -> Bool { thread.isCurrent }

    func schedule(_ tick: AsyncStream<Void>.Continuation) {
        thread.schedule(after: .milliseconds(1)) {
            self.assumeIsolated { $0.add() }
            tick.yield()
        }
    }
}

/// A router that sends back what it gets.
actor Echo {
    let thread: SocketThread
    nonisolated let endpoint: String
    private let router: Socket
    private var others: [Socket] = []
    private(set) var turns = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ context: Context) throws {
        thread = try SocketThread(name: "echo")
        router = try Socket(context, .router)
        endpoint = try router.bind(to: "tcp://127.0.0.1:*")
    }

    func start() {
        thread.register(router) { self.assumeIsolated { $0.readable() } }
    }

    func idle() {}

    func close() {
        router.adopt()
        router.close()
        for socket in others { socket.close() }
        others = []
    }

    private func readable() {
        // A failure shows as a missing answer.
        _ = try? router.receiveAll { message in _ = try? router.send(message) }
    }

    /// Keeps a socket readable in every turn until the flag is cleared.
    func spinForEver(_ context: Context) -> Flag {
        let flag = Flag(true)
        do {
            let push = try Socket(context, .push)
            let pull = try Socket(context, .pull)
            try push.bind(to: "inproc://spin")
            try pull.connect(to: "inproc://spin")
            others = [push, pull]
            thread.register(pull) {
                self.assumeIsolated { $0.turns += 1 }
                _ = try? pull.receiveAll { message in if flag.value { _ = try? push.send(message) } }
            }
            for _ in 0..<100 { _ = try push.send("again") }
        } catch {
            preconditionFailure("\(error)")
        }
        return flag
    }
}
