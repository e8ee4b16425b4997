import Foundation
import Synchronization

/// A line on standard error that shows how far something is, and replaces itself; nothing where that is no terminal.
final class ProgressLine: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let last = Mutex("")

    /// - Parameter part: 0 to 1.
    func show(_ what: String, _ part: Double) {
        let share = Int(max(0, min(1, part)) * 100)
        let filled = String(repeating: "█", count: share / 5) + String(repeating: "░", count: 20 - share / 5)
        show("\(filled) \(share) %  \(what)")
    }

    /// - Parameter count: entries that are done, of a number that is not known.
    func show(_ count: UInt64) { show("\(count)") }

    private func show(_ line: String) {
        guard isShown else { return }
        let isNew = last.withLock { last in
            defer { last = line }
            return last != line
        }
        guard isNew else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    func end() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
