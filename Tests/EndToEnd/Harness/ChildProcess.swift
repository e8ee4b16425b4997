import Foundation
import Glibc
import Synchronization

/// A process that a test started: its output goes to files, so that it never waits for a reader.
final class ChildProcess: Sendable {
    /// How it ended.
    enum Exit: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    let pid: pid_t
    private let state = Mutex(State.running([]))

    private enum State {
        case running([CheckedContinuation<Exit, Never>])
        case ended(Exit)
    }

    /// Starts a program.
    /// - Parameters:
    ///   - output, errors: files that are appended to; they may be the same one.
    ///   - input: a file; nothing by default.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], output: String, errors: String,
        input: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        for (descriptor, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, words, settings)
        guard code == 0 else { throw Fault("\(program) cannot be started: \(String(cString: strerror(code)))") }
        self.pid = pid
        Thread.detachNewThread { self.reap() }
    }

    /// Waits on a thread of its own. The process is gone only under the lock, so that no signal meets a stranger.
    private func reap() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        state.withLock { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            let exit = signal == 0 ? Exit.status((status >> 8) & 0xFF) : .signal(signal)
            if case .running(let waiting) = state { for waiter in waiting { waiter.resume(returning: exit) } }
            state = .ended(exit)
        }
    }

    /// Nil while it runs.
    var ended: Exit? {
        state.withLock { state in if case .ended(let exit) = state { exit } else { nil } }
    }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        state.withLock { state in if case .running = state { _ = kill(pid, signal) } }
    }

    /// Returns when it has ended; after `limit` it is killed.
    func exit(within limit: Duration) async -> Exit {
        let watchdog = Task {
            // A cancelled sleep means that it ended in time.
            if (try? await Task.sleep(for: limit)) != nil { send(SIGKILL) }
        }
        defer { watchdog.cancel() }
        return await withCheckedContinuation { continuation in
            let exit: Exit? = state.withLock { state in
                switch state {
                case .ended(let exit): return exit
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                }
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }
}

/// Why a test cannot go on.
struct Fault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
