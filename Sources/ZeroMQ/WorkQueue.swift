internal import Synchronization

/// Work on its way to a `SocketThread`, and the thread's phase. Safe to use from any thread.
///
/// The queue is not bounded here: it holds tasks that exist already, and losing one would hang whoever awaits it.
final class WorkQueue: Sendable {
    /// running ⇄ asleep → stopping → stopped ⇄ late.
    private enum Phase {
        /// The thread takes work at the end of its turn.
        case running
        /// The thread is in poll, or about to be; it needs a signal.
        case asleep
        /// The thread runs what is queued and ends.
        case stopping
        /// There is no thread.
        case stopped
        /// A short-lived thread runs work that came after the stop.
        case late
    }

    /// What whoever appends has to do.
    enum Appended {
        case queued
        /// Start a thread that calls `takeLate` until it gives `nil`.
        case needsLateThread
    }

    private struct State {
        var work: [Work] = []
        var phase = Phase.running
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init() throws(ZeroMQError) {
        wakeup = try Wakeup()
    }

    /// Readable when a poll should return.
    var fileDescriptor: CInt { wakeup.fileDescriptor }

    func append(_ work: Work) -> Appended {
        state.withLock { state in
            state.work.append(work)
            switch state.phase {
            case .running, .stopping, .late: return .queued
            case .asleep:
                wakeup.signal()
                state.phase = .running
                return .queued
            case .stopped:
                state.phase = .late
                return .needsLateThread
            }
        }
    }

    /// Swaps the queued work for `taken`, which has been run and is kept for its storage.
    func take(into taken: inout [Work]) {
        taken.removeAll(keepingCapacity: taken.capacity <= 4096)
        state.withLock { swap(&$0.work, &taken) }
    }

    /// Whether the thread may sleep. From `true` until `awake()`, every append signals.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.phase == .running, state.work.isEmpty else { return false }
            state.phase = .asleep
            return true
        }
    }

    /// The poll has returned. Says whether the thread is to stop.
    func awake(signalled: Bool) -> Bool {
        if signalled { wakeup.clear() }
        return state.withLock { state in
            if state.phase == .asleep { state.phase = .running }
            return state.phase == .stopping
        }
    }

    /// Asks the thread to end. Once.
    func requestStop() {
        state.withLock { state in
            state.phase = .stopping
            wakeup.signal()
        }
    }

    /// The thread ends. Says whether work has come meanwhile that needs a late thread.
    func finish() -> Appended {
        state.withLock { state in
            state.phase = state.work.isEmpty ? .stopped : .late
            return state.work.isEmpty ? .queued : .needsLateThread
        }
    }

    /// Work for the late thread; `nil` ends it.
    func takeLate() -> [Work]? {
        state.withLock { state in
            guard !state.work.isEmpty else {
                state.phase = .stopped
                return nil
            }
            defer { state.work = [] }
            return state.work
        }
    }
}
