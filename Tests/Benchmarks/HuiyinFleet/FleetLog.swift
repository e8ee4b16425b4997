import Foundation
import Records
import Replication
import SwiftProtobuf

/// A site's log in memory: one epoch, made of notes of about 500 bytes. What is measured is the exchange, not the disk of
/// thousands of branches that would not be on one machine.
final class FleetLog: ReplicatedLog {
    private let site: SiteID
    private let epoch: Epoch
    private var entries: [Entry] = []
    private var hashes: [ChainHash]
    private(set) var acknowledged = SequenceNumber.zero
    /// Called for each acknowledgement.
    var onAcknowledged: ((SequenceNumber) -> Void)?

    init(site: SiteID, epoch: Epoch) {
        (self.site, self.epoch) = (site, epoch)
        hashes = [LogChain.origin(site: site, epoch: epoch, parent: nil)]
    }

    /// Writes so many notes down; returns the new head.
    func append(_ count: Int, at now: Timestamp, _ random: inout some RandomNumberGenerator) -> LogPosition {
        for _ in 0..<count {
            var facts = Facts()
            facts.recordID = RecordID(at: now, using: &random).data
            facts.occurredAt = now.milliseconds
            facts.recordedAt = now.milliseconds
            facts.author = "clerk"
            facts.visit.reached = true
            facts.visit.satisfaction = 4
            var entry = Entry()
            // A message of these few fields has no way to fail.
            entry.facts = (try? facts.serializedData()) ?? Data()
            entry.nonce = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            entry.personal = Data(repeating: 0x61, count: 400)
            guard let leaf = LogChain.leaf(entry) else { preconditionFailure("an entry made here is well formed") }
            hashes.append(LogChain.next(after: head.hash, sequence: head.sequence.next, leaf: leaf))
            entries.append(entry)
        }
        return head
    }

    var extents: [EpochExtent] { [EpochExtent(head: head)] }

    var head: LogPosition {
        LogPosition(
            epoch: epoch, sequence: SequenceNumber(UInt64(hashes.count - 1)), hash: hashes[hashes.count - 1])
    }

    var isIdle: Bool { true }

    /// Kept as long as the process lives.
    private(set) var sessionMemory = SessionMemory()

    func remember(_ memory: SessionMemory) { sessionMemory = memory }

    func note(_ receipt: Receipt) {}

    /// Headquarters has no reason to ask for one: nothing here is ever rolled back.
    func branch(_ branch: LogBranch) throws -> [EpochExtent] { throw NoBranch() }

    private struct NoBranch: Error {}

    func hash(at sequence: SequenceNumber, of epoch: Epoch) -> ChainHash? {
        epoch == self.epoch && sequence.value < UInt64(hashes.count) ? hashes[Int(sequence.value)] : nil
    }

    func read(_ request: LogRead) -> LogSlice {
        let first = Int(request.after.value)
        var slice = LogSlice(
            epoch: epoch, first: request.after.next, previous: hashes[first], entries: [], last: hashes[first])
        var bytes = 0
        for entry in entries.dropFirst(first).prefix(request.entries) where bytes < request.bytes {
            slice.entries.append(entry)
            bytes += entry.size
        }
        slice.last = hashes[first + slice.entries.count]
        return slice
    }

    func noteAcknowledged(_ position: LogPosition) {
        guard position.sequence > acknowledged else { return }
        acknowledged = position.sequence
        onAcknowledged?(acknowledged)
    }
}
