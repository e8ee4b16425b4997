import Foundation
import GRDB
package import Records
package import Replication

extension LogInspection {
    /// Greatest number of leaves in a proof; a signature that lies beyond is left out.
    private static let greatestPath: UInt64 = 20_000

    /// Where a site's own log has a record; nil when it never had it. Headquarters' views know that of theirs.
    package func place(of id: RecordID) throws(StorageError) -> (log: Log, sequence: SequenceNumber)? {
        guard case .site = owner else { return nil }
        let logs = try logs()
        do {
            let row = try database.read { database in
                try Row.fetchOne(
                    database, sql: "SELECT epoch, sequence FROM record WHERE id = ?", arguments: [id.data])
            }
            guard let row, let log = logs.first(where: { $0.number == row["epoch"] as Int64 }) else { return nil }
            return (log, SequenceNumber(UInt64(clamping: row["sequence"] as Int64)))
        } catch {
            throw .database(error, path: path, doing: "looking a record up")
        }
    }

    /// The proof of a record at a place, with the site's signature and the receipt as far as they are kept here.
    /// - Throws: where the entry is gone, or is not what was written.
    package func proof(
        of id: RecordID, in log: Log, at sequence: SequenceNumber, standing: RecordProof.Standing
    ) throws -> RecordProof {
        guard sequence > log.trimmed.sequence else {
            throw StorageError.damaged(
                path: path, reason: "record \(id) was trimmed here; headquarters has it, ask there")
        }
        let batch = try batches(of: log).first { $0.last >= sequence }
        let receipt = try receipt(of: log)
        let ends = [batch?.last, receipt?.position.sequence].compactMap(\.self).filter {
            $0 >= sequence && $0.value - sequence.value <= Self.greatestPath
        }
        let end = ends.max() ?? sequence
        var previous: ChainHash? = sequence.value - 1 == log.trimmed.sequence.value ? log.trimmed.hash : nil
        var entries: [Entry] = []
        var last: ChainHash?
        let start = SequenceNumber(max(sequence.value - 1, log.trimmed.sequence.value + 1) - 1)
        try places(of: log, after: start) { place in
            guard place.sequence <= end, let content = place.content else { return false }
            if place.sequence < sequence {
                previous = content.hash
            } else {
                entries.append(content.entry)
                last = content.hash
            }
            return true
        }
        let leaves = entries.compactMap { LogChain.leaf($0) }
        guard let previous, let entry = entries.first, let digest = LogChain.personalDigest(entry),
            UInt64(leaves.count) == end.value - sequence.value + 1
        else {
            throw StorageError.damaged(
                path: path, reason: "entry \(sequence) or one behind it is damaged; see `huiyin log verify`")
        }
        var proof = RecordProof(
            record: id, site: log.site, epoch: log.epoch, sequence: sequence, entry: entry, personalDigest: digest,
            previous: previous, leaves: Array(leaves.dropFirst()), standing: standing)
        proof.siteKeys = try signingKeys(of: log.site).map(\.hexadecimal)
        if let batch, batch.last <= end, let hash = batch.last == end ? last : try hash(at: batch.last, of: log) {
            proof.batch = RecordProof.Signed(
                LogPosition(epoch: log.epoch, sequence: batch.last, hash: hash), batch.signature)
        }
        if let receipt, receipt.position.sequence >= sequence, receipt.position.sequence <= end {
            proof.receipt = RecordProof.Signed(receipt.position, receipt.signature)
            proof.receiptKey = try receiptKeys().first { $0.identifier == receipt.signature.keyID }?.hexadecimal
        }
        return proof
    }

    /// Every key by which headquarters signed for this site, as far as the site's database knows them.
    private func receiptKeys() throws -> [LogVerifyingKey] {
        try database.read { database in
            // A folder that no agent of this version has opened knows the last one only.
            let sql =
                try database.tableExists("receipt_key")
                ? "SELECT key FROM receipt_key" : "SELECT receipt_key FROM session WHERE receipt_key IS NOT NULL"
            return try Data.fetchAll(database, sql: sql).compactMap { LogVerifyingKey(bytes: $0) }
        }
    }

    private func hash(at sequence: SequenceNumber, of log: Log) throws -> ChainHash? {
        var hash: ChainHash?
        try places(of: log, after: SequenceNumber(sequence.value - 1)) { place in
            hash = place.sequence == sequence ? place.content?.hash : nil
            return false
        }
        return hash
    }

    /// Headquarters' last signed acknowledgement of an epoch, where the site kept it.
    private func receipt(of log: Log) throws -> (position: LogPosition, signature: Signature)? {
        guard case .site = owner else { return nil }
        return try database.read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM epoch WHERE number = ?", arguments: [log.number]),
                row.hasColumn("receipt_sequence"), let sequence: Int64 = row["receipt_sequence"],
                let hash = (row["receipt_hash"] as Data?).flatMap({ ChainHash(bytes: $0) }),
                let keyID: Data = row["receipt_key"], let value: Data = row["receipt_value"]
            else { return nil }
            var signature = Signature()
            signature.keyID = keyID
            signature.value = value
            let position = LogPosition(
                epoch: log.epoch, sequence: SequenceNumber(UInt64(clamping: sequence)), hash: hash)
            return (position, signature)
        }
    }
}
