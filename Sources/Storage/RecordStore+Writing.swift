import Foundation
import GRDB
import Records
import Replication
import Synchronization

extension RecordStore {
    /// Writes the batches of many sites in one transaction, each in a savepoint of its own, and answers after the commit.
    func write(_ jobs: [Job], _ database: Database) {
        var outcomes: [JobOutcome] = []
        do {
            if isSuspect.withLock({ $0 }) {
                // After a failed commit nothing is acknowledged until a checkpoint was synced; see `SiteLog.recover`.
                _ = try database.checkpoint(.truncate)
                isSuspect.withLock { $0 = false }
            }
            try database.inTransaction(.immediate) {
                let writer = try BatchWriter(database)
                for job in jobs { outcomes.append(try write(job, writer, database)) }
                return .commit
            }
        } catch {
            isSuspect.withLock { $0 = true }
            outcomes = jobs.map { failure($0, error) }
        }
        for (job, outcome) in zip(jobs, outcomes) { answer(job, outcome) }
    }

    /// What became of a job.
    private enum JobOutcome {
        case batch(StoreOutcome)
        /// With the numbers of the logs that it began.
        case opening(Result<[SiteEpoch: Int64], StorageError>)
        case noted
    }

    private func write(_ job: Job, _ writer: BatchWriter, _ database: Database) throws -> JobOutcome {
        switch job {
        case .batch(let batch, let receivedAt, _): return .batch(try append(batch, receivedAt, writer, database))
        case .opening(let opening, let moment, _):
            do {
                var begun: [SiteEpoch: Int64] = [:]
                try database.inSavepoint {
                    begun = try open(opening, at: moment, database)
                    return .commit
                }
                return .opening(.success(begun))
            } catch let error as DatabaseError where error.isOfOneBatch {
                return failure(job, error)
            }
        case .tokens(let tokens, let site): try keep(tokens, of: site, database)
        case .fence(let token, let site, let incident, let moment):
            try keep(fence: token, of: site, incident, at: moment, database)
        }
        return .noted
    }

    private func answer(_ job: Job, _ outcome: JobOutcome) {
        switch (job, outcome) {
        case (.batch(_, _, let answer), .batch(let outcome)): answer(outcome)
        case (.opening(_, _, let answer), .opening(let result)):
            switch result {
            case .success(let begun):
                logs.withLock { $0.merge(begun) { _, new in new } }
                answer(nil)
            case .failure(let error): answer(error)
            }
        default: break
        }
    }

    private func append(
        _ batch: SiteReceiver.StagedBatch, _ receivedAt: Timestamp, _ writer: BatchWriter, _ database: Database
    ) throws -> StoreOutcome {
        guard let number = logs.withLock({ $0[SiteEpoch(site: batch.site, epoch: batch.slice.epoch)] }) else {
            return .conflict(batch.site, batch.slice.epoch, stored: nil)
        }
        var isConflict = false
        do {
            try database.inSavepoint {
                isConflict = try !writer.advance(number, batch.slice)
                guard !isConflict else { return .rollback }
                try writer.insert(number, batch, receivedAt: receivedAt)
                if let change = batch.keyChange {
                    try note(change, at: batch.slice.end, receivedAt: receivedAt, database)
                }
                return .commit
            }
        } catch let error as DatabaseError where error.isOfOneBatch {
            return failure(batch, error)
        }
        guard isConflict else { return .committed(batch.site, batch.slice.end) }
        return .conflict(batch.site, batch.slice.epoch, stored: try writer.mark(of: number, batch.slice.epoch))
    }

    private func failure(_ job: Job, _ error: any Error) -> JobOutcome {
        switch job {
        case .batch(let batch, _, _): .batch(failure(batch, error))
        case .opening(let opening, _, _):
            .opening(.failure(.database(error, path: path, doing: "opening a session of site \(opening.site)")))
        case .tokens, .fence: .noted
        }
    }

    private func failure(_ batch: SiteReceiver.StagedBatch, _ error: any Error) -> StoreOutcome {
        .failed(
            batch.site, batch.slice.epoch,
            StorageError.database(error, path: path, doing: "storing entries of site \(batch.site)"))
    }
}

extension DatabaseError {
    /// Whether what was written is at fault, not the database: the others of its transaction need not suffer.
    fileprivate var isOfOneBatch: Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH].contains(resultCode)
    }
}

/// Writes batches within one transaction.
private struct BatchWriter {
    private let mark: BoundStatement
    private let stored: BoundStatement
    private let entry: BoundStatement
    private let batch: BoundStatement
    private let lost: BoundStatement

    init(_ database: Database) throws {
        mark = try BoundStatement(
            database, "UPDATE log SET sequence = ?, hash = ? WHERE number = ? AND sequence = ? AND hash = ?")
        stored = try BoundStatement(database, "SELECT sequence, hash FROM log WHERE number = ?")
        entry = try BoundStatement(
            database,
            "INSERT INTO entry (log, sequence, facts, nonce, personal, personal_digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        batch = try BoundStatement(
            database, "INSERT INTO batch (log, last, key_id, signature, received_at) VALUES (?, ?, ?, ?, ?)")
        lost = try BoundStatement(database, "INSERT INTO lost VALUES (?, ?, ?)")
    }

    /// Compare-and-set of the high-water mark; false when it is not where the slice begins.
    func advance(_ number: Int64, _ slice: LogSlice) throws -> Bool {
        try mark.run { bind in
            bind.bind(Int64(slice.end.sequence.value))
            bind.bind(slice.last)
            bind.bind(number)
            bind.bind(Int64(slice.first.value) - 1)
            bind.bind(slice.previous)
        } == 1
    }

    /// Where the high-water mark is.
    func mark(of number: Int64, _ epoch: Epoch) throws -> LogPosition? {
        var position: LogPosition?
        try stored.forEach({ $0.bind(number) }) { row in
            position = ChainHash(bytes: row.data(1)).map {
                LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(row.integer(0))), hash: $0)
            }
            return false
        }
        return position
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
                bind.bind(hash)
            }
            if written.damaged {
                try lost.run { bind in
                    bind.bind(number)
                    bind.bind(sequence)
                    bind.bind(receivedAt.milliseconds)
                }
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
