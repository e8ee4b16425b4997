import Foundation
import Glibc
import Synchronization

/// Kills what is left when the test process dies in whatever way: a shell that reads the children's ids from a pipe and
/// kills them when the pipe ends.
final class Guardian: Sendable {
    static let shared = Guardian()

    /// The pipe's end that is held open; nil when there is no guardian, and tests then clean up by themselves only.
    private let pipe: FileHandle?
    private let turn = Mutex(())

    private init() {
        let script = """
            alive=" "
            while read -r sign pid; do
                if [ "$sign" = + ]; then alive="$alive$pid "; else alive="${alive%% $pid *} ${alive#* $pid }"; fi
            done
            [ "$alive" = " " ] || kill -9 $alive
            """
        let pipe = Pipe()
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.standardInput = pipe
        do {
            try shell.run()
            _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
            self.pipe = pipe.fileHandleForWriting
        } catch {
            self.pipe = nil
        }
    }

    func watch(_ pid: pid_t) { tell("+ \(pid)") }
    func forget(_ pid: pid_t) { tell("- \(pid)") }

    private func tell(_ line: String) {
        // A guardian that is gone can protect nobody, and the test need not fail for it.
        turn.withLock { _ in try? pipe?.write(contentsOf: Data((line + "\n").utf8)) }
    }
}
