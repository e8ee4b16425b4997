import Synchronization
import Testing

/// The global oracle's book, kept by the tests alone: what was issued to a branch, and what it said was saved.
final class Ledger: Sendable {
    private let book = Mutex(Book())

    private struct Book {
        var issued: Set<String> = []
        var saved: Set<String> = []
        /// Answers other than "saved", and connections that broke.
        var refusals = 0
    }

    func issue(_ id: String) { book.withLock { _ = $0.issued.insert(id) } }
    func noteSaved(_ id: String) { book.withLock { _ = $0.saved.insert(id) } }
    func noteRefusal() { book.withLock { $0.refusals += 1 } }

    var saved: Set<String> { book.withLock { $0.saved } }
    var refusals: Int { book.withLock { $0.refusals } }

    /// Returns when `count` more notes are saved than now.
    func more(_ count: Int, within limit: Duration = .seconds(30)) async throws {
        let goal = book.withLock { $0.saved.count } + count
        try await eventually("\(count) more notes saved", within: limit) { saved.count >= goal ? true : nil }
    }

    /// Judges once faults have stopped: saved ⊆ delivered ⊆ issued, each delivered once and counted once in the month's
    /// digest, and a fresh note gets through from each branch.
    func judge(_ branches: [Branch], _ headquarters: Headquarters, within limit: Duration = .seconds(40)) async throws {
        for branch in branches {
            let fresh = "fresh-\(branch.site)"
            issue(fresh)
            guard try Note(id: fresh).post(to: branch) else { throw Fault("\(branch.site) takes no fresh note") }
            noteSaved(fresh)
        }
        let (saved, issued) = book.withLock { ($0.saved, $0.issued) }
        _ = try await headquarters.notes(saved, within: limit)
        let delivered = try await headquarters.records().filter { $0.kind == "complaint" }.map(\.clientID)
        #expect(Set(delivered).count == delivered.count, "notes that came twice")
        #expect(Set(delivered).subtracting(issued).isEmpty, "notes that nobody wrote")
        try await eventually("each note counted once", within: .seconds(20)) {
            try await headquarters.digest(Note.month)["complaints.received"] == delivered.count ? true : nil
        }
    }
}
