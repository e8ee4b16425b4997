import Foundation
import GRDB
import Glibc
import Records
import Replication
import Synchronization
import Testing

@testable import Storage

/// A folder of its own for one test. All are removed together when the process ends, as what is stored in one may outlive
/// the variable that made it.
struct TestFolder: Sendable {
    let path: String
    let folder: DataFolder

    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: TestFolder.root) }  // nobody is left to be told
        return FileManager.default.temporaryDirectory.path + "/huiyin-storage-tests-\(getpid())"
    }()

    init(reserve: UInt64 = 0) throws {
        path = Self.root + "/\(UUID().uuidString)"
        folder = try DataFolder(path, reserve: reserve)
    }
}

enum Fixture {
    static let site = try! SiteID("A1")
    static let otherSite = try! SiteID("B2")
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let signingKey = LogSigningKey(bytes: [UInt8](repeating: 3, count: 32))!

    static func log(_ folder: TestFolder, site: SiteID = site, seed: UInt64 = 1) throws -> SiteLog {
        var random = SplitMix64(seed: seed)
        return try SiteLog(folder: folder.folder, site: site, using: &random)
    }

    /// A store that knows both sites.
    static func store(_ folder: TestFolder, seed: UInt64 = 1) throws -> RecordStore {
        var random = SplitMix64(seed: seed)
        let store = try RecordStore(folder: folder.folder, using: &random)
        if try store.sites().isEmpty {
            try store.add(registered(site, key: "key of A1"))
            try store.add(registered(otherSite, key: "key of B2"))
        }
        return store
    }

    static func registered(_ site: SiteID, key: String) -> RegisteredSite {
        RegisteredSite(
            id: site, name: "Branch \(site)", zone: TimeZoneRules("Asia/Shanghai")!, curveKey: key, signingKey: "00",
            addedAt: now, expectedFrom: now)
    }

    static func draft(_ text: String, id: RecordID? = nil) -> SiteLog.Draft {
        var facts = Facts()
        facts.recordedAt = now.milliseconds
        facts.visit.reached = true
        facts.contentDigest = Data(text.utf8.prefix(32))
        var personal = Personal()
        personal.text = text
        return SiteLog.Draft(facts: facts, personal: personal, id: id)
    }

    static func drafts(_ count: Int) -> [SiteLog.Draft] { (0..<count).map { draft("note \($0)") } }

    static func epoch(_ byte: UInt8) -> Epoch { Epoch(bytes: [UInt8](repeating: byte, count: 16))! }
}

/// Makes batches as a receiver hands them over, for one log.
struct BatchSource {
    let site: SiteID
    let epoch: Epoch
    private(set) var head: LogPosition

    init(site: SiteID = Fixture.site, epoch: UInt8 = 1) {
        self.site = site
        self.epoch = Fixture.epoch(epoch)
        let origin = LogChain.origin(site: site, epoch: self.epoch, parent: nil)
        head = LogPosition(epoch: self.epoch, sequence: .zero, hash: origin)
    }

    /// The next so many entries; moves on.
    mutating func next(_ count: Int, content: String = "note") throws -> SiteReceiver.StagedBatch {
        let entries = (0..<count).map { number in
            var entry = Entry()
            entry.facts = Data("\(content) \(head.sequence.value + UInt64(number) + 1)".utf8)
            entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
            return entry
        }
        let hashes = try #require(LogChain.hashes(of: entries, after: head.hash, first: head.sequence.next))
        let slice = LogSlice(
            epoch: epoch, first: head.sequence.next, previous: head.hash, entries: entries,
            last: try #require(hashes.last))
        head = slice.end
        let signature = try Fixture.signingKey.sign(.batch, site: site, position: slice.end)
        return SiteReceiver.StagedBatch(site: site, slice: slice, hashes: hashes, signature: signature)
    }
}

/// Hands jobs over while the database's writer is held, so that they gather, and waits for all answers.
func gather<Answer: Sendable>(
    _ count: Int, on pool: DatabasePool, _ enqueue: (Int, @escaping @Sendable (Answer) -> Void) -> Void
) async -> [Answer] {
    let gate = DispatchSemaphore(value: 0)
    pool.asyncWriteWithoutTransaction { _ in gate.wait() }
    let (answers, continuation) = AsyncStream.makeStream(of: (Int, Answer).self)
    for number in 0..<count { enqueue(number) { continuation.yield((number, $0)) } }
    gate.signal()
    var collected: [(Int, Answer)] = []
    for await answer in answers {
        collected.append(answer)
        if collected.count == count { break }
    }
    return collected.sorted { $0.0 < $1.0 }.map(\.1)
}

extension RecordStore {
    /// Appends batches together and says what became of each.
    func append(together batches: [SiteReceiver.StagedBatch]) async -> [String] {
        await gather(batches.count, on: pool) { append(batches[$0], receivedAt: Fixture.now, answer: $1) }
            .map { (outcome: StoreOutcome) in outcome.word }
    }
}

/// Counts the transactions that a database committed.
final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)

    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: Database) {}
}

extension StoreOutcome {
    /// For comparing: what became of the batch, and where.
    var word: String {
        switch self {
        case .committed(_, let position): "committed \(position.sequence)"
        case .conflict(let site, _, let stored):
            "conflict of \(site), stored \(stored.map { "\($0.sequence)" } ?? "nothing")"
        case .failed(let site, _, _): "failed of \(site)"
        }
    }
}

extension SiteLog.Outcome {
    /// Where it was saved; nil when it was not.
    var place: UInt64? {
        if case .saved(_, let place) = self { place.value } else { nil }
    }
}
