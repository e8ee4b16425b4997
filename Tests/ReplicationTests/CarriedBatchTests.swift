import Foundation
import Records
import Testing

@testable import Replication

/// Batches and receipts that are carried by file are believed no more than those of the wire.
struct CarriedBatchTests {
    private let site = try! SiteID("A1")
    private let key = LogSigningKey(bytes: [UInt8](repeating: 3, count: 32))!
    private let epoch = Epoch(bytes: [UInt8](repeating: 1, count: 16))!

    private func entry(_ number: Int) -> Entry {
        var entry = Entry()
        entry.facts = Data("note \(number)".utf8)
        entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
        return entry
    }

    private var origin: LogPosition {
        LogPosition(epoch: epoch, sequence: .zero, hash: LogChain.origin(site: site, epoch: epoch, parent: nil))
    }

    private func hash(at sequence: Int) -> ChainHash {
        let entries = (1...max(sequence, 1)).map(entry)
        return sequence == 0
            ? origin.hash : LogChain.hashes(of: entries, after: origin.hash, first: SequenceNumber(1))![sequence - 1]
    }

    private func batch(_ range: ClosedRange<Int>, _ change: (inout Exchange.Batch) -> Void = { _ in }) throws
        -> Exchange.Batch
    {
        let slice = LogSlice(
            epoch: epoch, first: SequenceNumber(UInt64(range.lowerBound)), previous: hash(at: range.lowerBound - 1),
            entries: range.map(entry), last: hash(at: range.upperBound))
        var batch = try Exchange.Batch(slice, site: site, key: key)
        change(&batch)
        return batch
    }

    private func durable(_ sequence: Int) -> LogPosition {
        LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(sequence)), hash: hash(at: sequence))
    }

    private func place(_ range: ClosedRange<Int>, after sequence: Int) throws -> CarriedBatch.Placing {
        try CarriedBatch(batch(range), of: site, keys: [key.verifyingKey]).place(after: durable(sequence))
    }

    private func refusal(_ body: () throws -> Void) -> Exchange.Reject.Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? CarriedBatch.Refusal)?.reason
        }
    }

    @Test func aBatchThatFollowsIsStoredWhole() throws {
        guard case .store(let staged) = try place(3...5, after: 2) else { return #expect(Bool(false)) }
        #expect(staged.slice.first.value == 3)
        #expect(staged.slice.end == durable(5))
    }

    @Test func ofAnOverlapOnlyWhatIsNewIsStored() throws {
        guard case .store(let staged) = try place(1...5, after: 3) else { return #expect(Bool(false)) }
        #expect(staged.slice.first.value == 4)
        #expect(staged.slice.previous == hash(at: 3))
        #expect(staged.hashes == [hash(at: 4), hash(at: 5)])
    }

    @Test func whatIsHereAlreadyIsCompared() throws {
        guard case .compare(let position) = try place(1...3, after: 5) else { return #expect(Bool(false)) }
        #expect(position == durable(3))
    }

    @Test func aHoleIsRefused() { #expect(refusal { _ = try place(4...5, after: 2) } == .chain) }

    @Test func anotherHistoryIsRefused() throws {
        var other = durable(3)
        other.hash = hash(at: 1)
        let carried = try CarriedBatch(batch(1...5), of: site, keys: [key.verifyingKey])
        #expect(refusal { _ = try carried.place(after: other) } == .diverged)
    }

    @Test func aChangedEntryAForeignKeyAndAForeignSiteAreRefused() throws {
        let changed = try batch(1...3) { $0.entries[1].facts = Data("note 9".utf8) }
        #expect(refusal { _ = try CarriedBatch(changed, of: site, keys: [key.verifyingKey]) } == .signature)
        #expect(
            refusal { _ = try CarriedBatch(batch(1...3), of: site, keys: [LogSigningKey().verifyingKey]) } == .signature
        )
        let other = try SiteID("B2")
        #expect(refusal { _ = try CarriedBatch(batch(1...3), of: other, keys: [key.verifyingKey]) } == .signature)
    }

    @Test func aMalformedBatchIsRefused() throws {
        let empty = try batch(1...3) { $0.entries = [] }
        #expect(refusal { _ = try CarriedBatch(empty, of: site, keys: [key.verifyingKey]) } == .malformed)
        let unfit = try batch(1...3) { $0.entries[0].nonce = Data() }
        #expect(refusal { _ = try CarriedBatch(unfit, of: site, keys: [key.verifyingKey]) } == .malformed)
        let large = try batch(1...1) { $0.entries[0].facts = Data(count: ReplicationProtocol.greatestEntry + 1) }
        #expect(refusal { _ = try CarriedBatch(large, of: site, keys: [key.verifyingKey]) } == .oversize)
    }

    @Test func aReceiptSurvivesItsFileAndNamesWhatIsDurable() throws {
        let receipt = try CarriedReceipt(site: site, headquarters: "总部", durable: [durable(4)], key: key)
        let read = try JSONDecoder().decode(CarriedReceipt.self, from: JSONEncoder().encode(receipt))
        #expect(read.verified(for: site, by: key.verifyingKey)?.map(\.position) == [durable(4)])
    }

    @Test func aReceiptOfAnotherSiteOrKeyOrWithAnotherPlaceIsNotBelieved() throws {
        var receipt = try CarriedReceipt(site: site, headquarters: "总部", durable: [durable(4)], key: key)
        #expect(receipt.verified(for: try SiteID("B2"), by: key.verifyingKey) == nil)
        #expect(receipt.verified(for: site, by: LogSigningKey().verifyingKey) == nil)
        receipt.entries[0].sequence = 5
        #expect(receipt.verified(for: site, by: key.verifyingKey) == nil)
    }
}
