import Foundation
import Synchronization

/// A complaint as somebody at a branch posts it.
struct Note: Sendable {
    /// The month of every note.
    static let month = "2026-09"

    var id: String

    /// Whether the branch says that it is saved.
    func post(to branch: Branch) throws -> Bool {
        let body =
            #"{"id":"\#(id)","kind":"complaint","text":"电梯又停了，没人来修 \#(id)","#
            + #""occurred_at":"2026-09-10T10:00:00+08:00"}"#
        let answer = try HTTPConversation.ask(
            .socket(branch.socket), "POST", "/v1/records", headers: ["Content-Type": "application/json"],
            body: Data(body.utf8))
        return answer.status == 200 || answer.status == 201
    }
}

/// Writes notes at a branch, one after the other, on a thread of its own, until it is told to stop. A note that was not
/// said to be saved is sent again under its id, as any careful client does.
final class Writer: Sendable {
    private let state = Mutex(State.writing)
    private let pause: Duration

    private enum State {
        case writing
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    /// - Parameter pause: between two notes, and before one is sent again.
    init(_ name: String, at branch: Branch, _ ledger: Ledger, pause: Duration = .milliseconds(2)) {
        self.pause = pause
        Thread.detachNewThread { self.run(name, branch, ledger) }
    }

    /// Returns when its last note was answered.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                switch state {
                case .writing: state = .stopping([continuation])
                case .stopping(let waiting): state = .stopping(waiting + [continuation])
                case .stopped: return true
                }
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    private var isWriting: Bool {
        state.withLock { if case .writing = $0 { true } else { false } }
    }

    private func run(_ name: String, _ branch: Branch, _ ledger: Ledger) {
        var number = 0
        while isWriting {
            number += 1
            let note = Note(id: "\(name)-\(number)")
            ledger.issue(note.id)
            while isWriting {
                // A connection that broke is an answer like a refusal: it is not saved.
                if (try? note.post(to: branch)) == true {
                    ledger.noteSaved(note.id)
                    break
                }
                ledger.noteRefusal()
                rest()
            }
            rest()
        }
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .stopped }
            if case .stopping(let waiting) = state { return waiting }
            return []
        }
        for waiter in waiting { waiter.resume() }
    }

    private func rest() { Thread.sleep(forTimeInterval: pause / .seconds(1)) }
}

/// Runs `body` while each branch is written to; returns when the last note was answered.
func writing(to branches: [Branch], _ ledger: Ledger, _ body: () async throws -> Void) async throws {
    let writers = branches.map { Writer($0.site, at: $0, ledger) }
    do {
        try await body()
    } catch {
        for writer in writers { await writer.stop() }
        throw error
    }
    for writer in writers { await writer.stop() }
}
