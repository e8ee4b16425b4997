import Foundation
import Glibc
import Records
import Replication
import SwiftProtobuf

/// A draft with all that can be done for it outside the transaction, on its caller's thread.
struct EncodedDraft: Sendable {
    var id: RecordID
    /// Everything but the clock.
    var facts: Data
    /// `LogChain.nonceLength` bytes.
    var nonce: Data
    var personal: Data
    /// The beginning of the client's digest: enough to tell the same record from another under its name, and half the
    /// bytes in an index whose pages are written in random order.
    var content: Data

    /// Eight bytes and the field's tag.
    private static let clockLength = 9

    /// Throws when the entry would be too large to travel.
    init(
        _ draft: SiteLog.Draft, at now: Timestamp, using random: inout RandomPool
    ) throws(StorageError) {
        id = draft.id ?? RecordID(at: now, using: &random)
        content = draft.facts.contentDigest.prefix(8)
        nonce = withUnsafeBytes(of: (random.next(), random.next())) { Data($0) }
        var facts = draft.facts
        facts.recordID = id.data
        facts.clock = 0
        do {
            self.facts = try facts.serializedData()
            personal = try draft.personal.serializedData()
        } catch {
            // There are no required fields; what remains is a message of more than 2 GiB.
            throw .tooLarge(size: .max, most: ReplicationProtocol.greatestEntry)
        }
        let size = self.facts.count + Self.clockLength + nonce.count + personal.count
        guard size <= ReplicationProtocol.greatestEntry else {
            throw .tooLarge(size: size, most: ReplicationProtocol.greatestEntry)
        }
    }

    /// The entry as it stands in the log from that moment on.
    func entry(at clock: HybridTime) -> Entry {
        var entry = Entry()
        entry.facts = facts
        // Field 2, fixed64; the fields of a message may come in any order.
        entry.facts.append(0x11)
        withUnsafeBytes(of: clock.value.littleEndian) { entry.facts.append(contentsOf: $0) }
        entry.nonce = nonce
        entry.personal = personal
        return entry
    }
}

/// The system's random numbers, fetched many at a time: one call to the kernel for each would cost more than to hash a record.
struct RandomPool: RandomNumberGenerator {
    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if words.isEmpty { refill() }
        return words.removeLast()
    }

    private mutating func refill() {
        words = Array(repeating: 0, count: 32)
        words.withUnsafeMutableBytes { buffer in
            // Up to 256 bytes come whole (getentropy(3)); without random numbers nothing may go on.
            let result = getentropy(buffer.baseAddress, buffer.count)
            precondition(result == 0, "the system gives no random numbers")
        }
    }
}
