import Foundation
import Records
import Replication

/// One epoch of a log in memory, with its chain.
struct MemoryLog: Sendable {
    let site: SiteID
    let epoch: Epoch
    let parent: LogPosition?
    private(set) var entries: [Entry] = []
    private(set) var hashes: [ChainHash] = []

    init(site: SiteID, epoch: Epoch, parent: LogPosition? = nil) {
        (self.site, self.epoch, self.parent) = (site, epoch, parent)
    }

    /// A log of so many small entries that differ by their content.
    init(site: SiteID, epoch: Epoch, entries count: Int, content: String = "note", parent: LogPosition? = nil) {
        self.init(site: site, epoch: epoch, parent: parent)
        for number in 0..<count { append(.test("\(content) \(number)")) }
    }

    var head: LogPosition { position(SequenceNumber(UInt64(entries.count))) }

    var extent: EpochExtent { EpochExtent(head: head, parent: parent) }

    mutating func append(_ entry: Entry) {
        guard let leaf = LogChain.leaf(entry) else { preconditionFailure("a test's entry is malformed") }
        hashes.append(LogChain.next(after: head.hash, sequence: head.sequence.next, leaf: leaf))
        entries.append(entry)
    }

    /// Nil when there is no such entry.
    func hash(at sequence: SequenceNumber) -> ChainHash? {
        if sequence == .zero { return LogChain.origin(site: site, epoch: epoch, parent: parent) }
        return sequence.value <= UInt64(hashes.count) ? hashes[Int(sequence.value) - 1] : nil
    }

    func position(_ sequence: SequenceNumber) -> LogPosition {
        guard let hash = hash(at: sequence) else { preconditionFailure("entry \(sequence) is not there") }
        return LogPosition(epoch: epoch, sequence: sequence, hash: hash)
    }

    func position(_ sequence: UInt64) -> LogPosition { position(SequenceNumber(sequence)) }

    /// Entries as a log's reader gives them out: the slice ends at the entry that reaches the bytes.
    func slice(_ request: LogRead) -> LogSlice {
        var slice = LogSlice(
            epoch: epoch, first: request.after.next, previous: position(request.after).hash, entries: [],
            last: position(request.after).hash)
        var bytes = 0
        for entry in entries.dropFirst(Int(request.after.value)).prefix(request.entries) where bytes < request.bytes {
            slice.entries.append(entry)
            bytes += entry.size
        }
        slice.last = position(slice.end.sequence).hash
        return slice
    }

    /// Entries from one place to another, both included.
    func slice(_ first: UInt64, _ last: UInt64) -> LogSlice {
        slice(LogRead(epoch: epoch, after: SequenceNumber(first - 1), entries: Int(last - first + 1), bytes: .max))
    }
}

extension Entry {
    /// An entry that says `text`; `padding` bytes are added to its personal part.
    static func test(_ text: String, padding: Int = 0) -> Entry {
        var entry = Entry()
        entry.facts = Data(text.utf8)
        entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
        entry.personal = Data(repeating: 1, count: padding)
        return entry
    }
}
