import Foundation
import GRDB
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Storage

/// A proof convinces whoever has the keys, and nothing that was changed does.
struct RecordProofTests {
    private let receiptKey = LogSigningKey(bytes: [UInt8](repeating: 9, count: 32))!

    /// The proof of one of a hundred notes at a branch, with a signature and a receipt as headquarters would add them.
    private func proof() async throws -> RecordProof {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        let id = RecordID(site: Fixture.site, clientID: "mine")
        _ = try await log.append(
            Fixture.drafts(40) + [Fixture.draft("the words", id: id)] + Fixture.drafts(59), at: Fixture.now)
        try log.close()
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let (found, sequence) = try #require(try inspection.place(of: id))
        #expect(sequence.value == 41)
        var proof = try inspection.proof(of: id, in: found, at: sequence, standing: RecordProof.Standing(at: "branch"))
        let hash = try #require(try own(inspection, found, at: sequence))
        let position = LogPosition(epoch: found.epoch, sequence: sequence, hash: hash)
        proof.batch = RecordProof.Signed(
            position, try Fixture.signingKey.sign(.batch, site: Fixture.site, position: position))
        proof.receipt = RecordProof.Signed(
            position, try receiptKey.sign(.acknowledgement, site: Fixture.site, position: position))
        return proof
    }

    private func own(_ inspection: LogInspection, _ log: LogInspection.Log, at sequence: SequenceNumber) throws
        -> ChainHash?
    {
        var hash: ChainHash?
        try inspection.places(of: log, after: SequenceNumber(sequence.value - 1)) { place in
            hash = place.content?.hash
            return false
        }
        return hash
    }

    private func verify(_ proof: RecordProof, site: LogSigningKey = Fixture.signingKey, receipt: LogSigningKey? = nil)
        throws
        -> (isSigned: Bool, isReceipted: Bool)
    {
        try proof.verify(siteKeys: [site.verifyingKey], receiptKey: (receipt ?? receiptKey).verifyingKey)
    }

    @Test func aProofVerifiesFromItsFileAloneAndHoldsNoWords() async throws {
        let data = try JSONEncoder().encode(try await proof())
        let read = try JSONDecoder().decode(RecordProof.self, from: data)
        #expect(try verify(read) == (true, true))
        #expect(!String(decoding: data, as: UTF8.self).contains("the words"))
    }

    @Test func anotherKeyDoesNotCount() async throws {
        let proof = try await proof()
        #expect(throws: RecordProof.Fault.signature("the site")) { try verify(proof, site: LogSigningKey()) }
        #expect(throws: RecordProof.Fault.signature("headquarters' receipt")) {
            try verify(proof, receipt: LogSigningKey())
        }
    }

    @Test func whatWasChangedDoesNotVerify() async throws {
        let whole = try await proof()
        var changed = whole
        changed.personalDigest[0] ^= 1
        #expect(throws: RecordProof.Fault.broken("the site")) { try verify(changed) }
        changed = whole
        changed.record = RecordID(high: 1, low: 1).description
        #expect(throws: RecordProof.Fault.anotherRecord) { try verify(changed) }
        changed = whole
        changed.sequence += 1
        #expect(throws: RecordProof.Fault.self) { try verify(changed) }
        changed = whole
        changed.site = "B2"
        #expect(throws: RecordProof.Fault.signature("the site")) { try verify(changed) }
        changed = whole
        changed.facts = Data([0xFF])
        #expect(throws: RecordProof.Fault.malformed("its facts")) { try verify(changed) }
    }

    @Test func aBranchProvesByAReceiptOfAKeyThatWasReplaced() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        let id = RecordID(site: Fixture.site, clientID: "mine")
        _ = try await log.append([Fixture.draft("the words", id: id)], at: Fixture.now)
        var memory = SessionMemory()
        memory.receiptKey = receiptKey.verifyingKey
        try log.remember(memory)
        log.noteAcknowledged(log.head)
        log.note(
            Receipt(
                position: log.head,
                signature: try receiptKey.sign(.acknowledgement, site: Fixture.site, position: log.head)))
        try await log.persistAcknowledged()
        memory.receiptKey = LogSigningKey().verifyingKey
        try log.remember(memory)
        try log.close()
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let (found, sequence) = try #require(try inspection.place(of: id))
        let proof = try inspection.proof(of: id, in: found, at: sequence, standing: RecordProof.Standing(at: "branch"))
        #expect(proof.receiptKey == receiptKey.verifyingKey.hexadecimal)
        #expect(try proof.verify() == (false, true))
    }

    @Test func headquartersProvesUpToTheSitesOwnSignature() async throws {
        let folder = try TestFolder()
        let store = try Fixture.store(folder)
        try await store.pool.write { database in
            let table = try database.tableExists("site_key") ? "site_key" : "site"
            try database.execute(
                sql: "UPDATE \(table) SET signing_key = ?", arguments: [Fixture.signingKey.verifyingKey.hexadecimal])
        }
        // A branch's records, carried into the store as the wire would bring them.
        let branch = try Fixture.log(try TestFolder())
        let id = RecordID(site: Fixture.site, clientID: "mine")
        _ = try await branch.append(
            Fixture.drafts(4) + [Fixture.draft("the words", id: id)] + Fixture.drafts(5), at: Fixture.now)
        let epoch = branch.head.epoch
        try store.begin(epoch, of: Fixture.site, parent: nil)
        let slice = try branch.read(LogRead(epoch: epoch, after: .zero, entries: 10, bytes: 1 << 20))
        let hashes = try #require(LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first))
        let signature = try Fixture.signingKey.sign(.batch, site: Fixture.site, position: slice.end)
        _ = await store.append(together: [
            SiteReceiver.StagedBatch(site: Fixture.site, slice: slice, hashes: hashes, signature: signature)
        ])
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let log = try #require(try inspection.logs().first)
        let proof = try inspection.proof(
            of: id, in: log, at: SequenceNumber(5), standing: RecordProof.Standing(at: "headquarters"))
        #expect(proof.leaves.count == 5)
        #expect(try proof.verify() == (true, false))
        try branch.close()
        try store.close()
    }
}
