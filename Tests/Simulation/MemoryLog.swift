import Foundation
package import Records
package import Replication

/// One epoch of a log in memory, with its chain.
package struct MemoryLog: Sendable {
    package let site: SiteID
    package let epoch: Epoch
    package let parent: LogPosition?
    /// Why it was begun.
    package let cause: EpochRange.Cause
    package private(set) var entries: [Entry] = []
    package private(set) var hashes: [ChainHash] = []

    package init(
        site: SiteID, epoch: Epoch, parent: LogPosition? = nil, cause: EpochRange.Cause = .unspecified
    ) {
        (self.site, self.epoch, self.parent, self.cause) = (site, epoch, parent, cause)
    }

    /// A log of so many small entries that differ by their content.
    package init(
        site: SiteID, epoch: Epoch, entries count: Int, content: String = "note", parent: LogPosition? = nil
    ) {
        self.init(site: site, epoch: epoch, parent: parent)
        for number in 0..<count { append(.test("\(content) \(number)")) }
    }

    package var head: LogPosition { position(SequenceNumber(UInt64(entries.count))) }

    package var extent: EpochExtent { EpochExtent(head: head, parent: parent, cause: cause) }

    /// The hash that the log would have with this entry at its end.
    package func next(_ entry: Entry) -> ChainHash {
        guard let leaf = LogChain.leaf(entry) else { preconditionFailure("a test's entry is malformed") }
        return LogChain.next(after: head.hash, sequence: head.sequence.next, leaf: leaf)
    }

    package mutating func append(_ entry: Entry) { append(entry, hash: next(entry)) }

    /// Appends without computing anything: `hash` is taken as it is.
    package mutating func append(_ entry: Entry, hash: ChainHash) {
        hashes.append(hash)
        entries.append(entry)
    }

    /// Takes off what follows this place.
    package mutating func end(at sequence: SequenceNumber) {
        entries.removeLast(entries.count - Int(sequence.value))
        hashes.removeLast(hashes.count - Int(sequence.value))
    }

    /// Nil when there is no such entry.
    package func hash(at sequence: SequenceNumber) -> ChainHash? {
        if sequence == .zero { return LogChain.origin(site: site, epoch: epoch, parent: parent) }
        return sequence.value <= UInt64(hashes.count) ? hashes[Int(sequence.value) - 1] : nil
    }

    package func position(_ sequence: SequenceNumber) -> LogPosition {
        guard let hash = hash(at: sequence) else { preconditionFailure("entry \(sequence) is not there") }
        return LogPosition(epoch: epoch, sequence: sequence, hash: hash)
    }

    package func position(_ sequence: UInt64) -> LogPosition { position(SequenceNumber(sequence)) }

    /// Entries as a log's reader gives them out: the slice ends at the entry that reaches the bytes.
    package func slice(_ request: LogRead) -> LogSlice {
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
    package func slice(_ first: UInt64, _ last: UInt64) -> LogSlice {
        slice(LogRead(epoch: epoch, after: SequenceNumber(first - 1), entries: Int(last - first + 1), bytes: .max))
    }

    /// The chain as its entries' bytes make it: the first entry that does not fit it; nil when all do.
    package var firstFault: SequenceNumber? {
        guard var hash = hash(at: .zero) else { return nil }
        for (place, entry) in entries.enumerated() {
            let sequence = SequenceNumber(UInt64(place) + 1)
            guard let leaf = LogChain.leaf(entry) else { return sequence }
            hash = LogChain.next(after: hash, sequence: sequence, leaf: leaf)
            guard hash == hashes[place] else { return sequence }
        }
        return nil
    }

    /// Puts other bytes where an entry stands; its hash stays.
    mutating func put(_ entry: Entry, at sequence: SequenceNumber) { entries[Int(sequence.value) - 1] = entry }

    /// Changes the bytes of an entry and not its hash.
    package mutating func damage(_ sequence: SequenceNumber) {
        entries[Int(sequence.value) - 1].facts[0] ^= 1
    }
}

extension Entry {
    /// An entry that says `text`; `padding` bytes are added to its personal part.
    package static func test(_ text: String, padding: Int = 0) -> Entry {
        var entry = Entry()
        entry.facts = Data(text.utf8)
        entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
        entry.personal = Data(repeating: 1, count: padding)
        return entry
    }
}
