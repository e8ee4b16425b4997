import Foundation
import Handbooks
import Logging
import Records
import Replication
import Rules
import SwiftProtobuf

@testable import Aggregator
@testable import Storage

/// A headquarters in a temporary folder, without a network: entries are put into its store as if they had come in.
final class TestHeadquarters {
    let path: String
    let store: RecordStore
    let views: Views
    let registry = Registry()
    let contacts = Contacts()
    let fold: Fold
    private let feed = FeedCount()

    init(
        sites: [TestSite], silent: Set<String> = [], handbook: Handbook = .standard,
        closesMonths: Bool = false
    ) throws {
        path = FileManager.default.temporaryDirectory.path + "/hq-" + UUID().uuidString
        var random = SplitMix64(seed: 7)
        let folder = try DataFolder(path, reserve: 0)
        store = try RecordStore(folder: folder, using: &random)
        views = try Views(folder: folder)
        for (index, site) in sites.enumerated() {
            try store.add(
                RegisteredSite(
                    id: site.id, name: site.id.text, zone: TestSite.zone, curveKey: "key-\(index)", signingKey: "",
                    addedAt: TestSite.start, expectedFrom: TestSite.start))
            if !silent.contains(site.id.text) { contacts.heard(site.id, until: TestSite.end) }
        }
        try registry.load(from: store)
        let feed = feed
        fold = try Fold(
            store: store, views: views, registry: registry, contacts: contacts, handbook: handbook,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), closesMonths: closesMonths,
            onFeed: { feed.grew() })
    }

    deinit {
        fold.join()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Registers one more branch.
    func add(_ site: TestSite) throws {
        try store.add(
            RegisteredSite(
                id: site.id, name: site.id.text, zone: TestSite.zone, curveKey: "key-\(site.id.text)", signingKey: "",
                addedAt: TestSite.start, expectedFrom: TestSite.start))
        contacts.heard(site.id, until: TestSite.end)
        try registry.load(from: store)
    }

    /// Stores a site's entries from `first` on, `count` of them.
    func receive(_ site: TestSite, from first: Int = 0, count: Int? = nil) async throws {
        let slice = site.slice(from: first, count: count ?? site.entries.count - first)
        try store.begin(site.epoch, of: site.id, parent: nil)
        guard !slice.entries.isEmpty,
            let hashes = LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first)
        else { return }
        let batch = SiteReceiver.StagedBatch(site: site.id, slice: slice, hashes: hashes, signature: Signature())
        let outcome = await withCheckedContinuation { continuation in
            store.append(batch, receivedAt: TestSite.end) { continuation.resume(returning: $0) }
        }
        guard case .committed = outcome else { throw RequestFailure("not committed: \(outcome)") }
    }

    func flags(_ kind: String) throws -> [FlagPayload] {
        try store.feed(after: 0, limit: 10_000).filter { $0.kind == "flag" }
            .map { try FlagPayload(json: $0.payload) }.filter { $0.flag.kind.rawValue == kind }
    }
}

private final class FeedCount: Sendable {
    func grew() {}
}

/// A branch that writes entries down, in memory.
struct TestSite {
    static let zone = TimeZoneRules("Asia/Shanghai")!
    static let start = Timestamp("2026-09-01", in: zone)!
    static let end = Timestamp("2026-11-20", in: zone)!
    static let pseudonyms = CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32))!

    let id: SiteID
    let epoch: Epoch
    private(set) var entries: [Entry] = []
    private var clock = HybridClock()
    private var random: SplitMix64

    init(_ name: String, seed: UInt64) throws {
        id = try SiteID(name)
        random = SplitMix64(seed: seed)
        epoch = Epoch(using: &random)
    }

    /// Writes a form down, given as JSON.
    mutating func write(_ json: String, kind: RecordKind? = nil) throws {
        let context = FormContext(
            site: id, zone: Self.zone, now: Self.end, author: "王芳", pseudonyms: Self.pseudonyms,
            policy: Handbook.standard.formPolicy)
        let form = try RecordForm(FormFaults.object(json: Data(json.utf8)), kind: kind, context: context)
        var facts = form.facts
        let identity = form.clientID.map { RecordID(site: id, clientID: $0) } ?? RecordID(at: Self.end, using: &random)
        facts.recordID = identity.data
        facts.clock = clock.tick(at: Self.end).value
        try append(facts, form.personal)
    }

    mutating func append(_ facts: Facts, _ personal: Personal = Personal()) throws {
        var entry = Entry()
        entry.facts = try facts.serializedData()
        entry.personal = try personal.serializedData()
        entry.nonce = Data(repeating: 1, count: 16)
        entries.append(entry)
    }

    mutating func append(garbage: Data) {
        var entry = Entry()
        entry.facts = garbage
        entry.nonce = Data(repeating: 1, count: 16)
        entries.append(entry)
    }

    func slice(from first: Int, count: Int) -> LogSlice {
        LogSlice(
            epoch: epoch, first: SequenceNumber(UInt64(first) + 1), previous: hash(after: first),
            entries: Array(entries[first..<first + count]), last: hash(after: first + count))
    }

    mutating func replace(_ index: Int, _ entry: Entry) { entries[index] = entry }

    /// The bytes of an entry are lost; its place and its hash stay.
    mutating func lose(_ index: Int) { entries[index] = Entry(lost: hash(after: index + 1)) }

    /// The chain's hash after so many entries, one by one, as lost ones may stand anywhere.
    private func hash(after count: Int) -> ChainHash {
        var hash = LogChain.origin(site: id, epoch: epoch, parent: nil)
        for (index, entry) in entries.prefix(count).enumerated() {
            let sequence = SequenceNumber(UInt64(index) + 1)
            hash = LogChain.hashes(of: [entry], after: hash, first: sequence)?.last ?? hash
        }
        return hash
    }
}
