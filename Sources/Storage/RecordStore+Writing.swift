import Foundation
import GRDB
import Records
import Replication
import Synchronization

extension RecordStore {
    /// Writes the batches of many sites in one transaction, each in a savepoint of its own, and answers after the commit.
    func write(_ jobs: [Job], _ database: Database) {
        var outcomes: [Outcome] = []
        do {
            if isSuspect.withLock({ $0 }) {
                // After a failed commit nothing is acknowledged until a checkpoint was synced; see `SiteLog.recover`.
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                isSuspect.withLock { $0 = false }
            }
            try database.inTransaction(.immediate) {
                let writer = try BatchWriter(database)
                for job in jobs { outcomes.append(try append(job, writer, database)) }
                return .commit
            }
        } catch {
            isSuspect.withLock { $0 = true }
            let failure = StorageError.database(error, path: path, doing: "storing entries")
            outcomes = jobs.map { .failed($0.batch.site, $0.batch.slice.epoch, failure) }
        }
        for (job, outcome) in zip(jobs, outcomes) { job.answer(outcome) }
    }

    private func append(_ job: Job, _ writer: BatchWriter, _ database: Database) throws -> Outcome {
        let batch = job.batch
        guard let number = logs.withLock({ $0[SiteEpoch(site: batch.site, epoch: batch.slice.epoch)] }) else {
            return .conflict(batch.site, batch.slice.epoch)
        }
        var isConflict = false
        try database.inSavepoint {
            guard try writer.advance(number, batch.slice) else {
                isConflict = true
                return .rollback
            }
            try writer.insert(number, batch, receivedAt: job.receivedAt)
            return .commit
        }
        return isConflict ? .conflict(batch.site, batch.slice.epoch) : .committed(batch.slice.end)
    }
}

/// Writes batches within one transaction.
private struct BatchWriter {
    private let mark: BoundStatement
    private let entry: BoundStatement
    private let batch: BoundStatement

    init(_ database: Database) throws {
        mark = try BoundStatement(
            database, "UPDATE log SET sequence = ?, hash = ? WHERE number = ? AND sequence = ? AND hash = ?")
        entry = try BoundStatement(
            database,
            "INSERT INTO entry (log, sequence, facts, nonce, personal, personal_digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?)")
        batch = try BoundStatement(
            database, "INSERT INTO batch (log, last, key_id, signature, received_at) VALUES (?, ?, ?, ?, ?)")
    }

    /// Compare-and-set of the high-water mark; false when it is not where the slice begins.
    func advance(_ number: Int64, _ slice: LogSlice) throws -> Bool {
        try mark.run { bind in
            bind.bind(Int64(slice.end.sequence.value))
            bind.bind(slice.last.data)
            bind.bind(number)
            bind.bind(Int64(slice.first.value) - 1)
            bind.bind(slice.previous.data)
        } == 1
    }

    func insert(_ number: Int64, _ staged: SiteReceiver.StagedBatch, receivedAt: Timestamp) throws {
        var sequence = Int64(staged.slice.first.value)
        for (written, hash) in zip(staged.slice.entries, staged.hashes) {
            try entry.run { bind in
                bind.bind(number)
                bind.bind(sequence)
                bind.bind(written.facts)
                bind.bind(written.nonce)
                bind.bind(written.personal)
                bind.bind(written.personalDigest.isEmpty ? nil : written.personalDigest)
                bind.bind(hash.data)
            }
            sequence += 1
        }
        try batch.run { bind in
            bind.bind(number)
            bind.bind(Int64(staged.slice.end.sequence.value))
            bind.bind(staged.signature.keyID)
            bind.bind(staged.signature.value)
            bind.bind(receivedAt.milliseconds)
        }
    }
}
