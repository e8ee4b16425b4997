package import Logging
import Platform
package import Records
import Replication
package import Storage

/// Headquarters' own log: what is decided here is written down by the same code as at a branch, and is stored and folded from
/// there as site `hq`, like any other's.
///
///     write ─► SiteLog ── fsync ──► "saved" ─► signed batch ─► RecordStore ── fsync ─► Fold
package actor OwnLog {
    /// Most that is carried over at once.
    private static let batch = (entries: ReplicationProtocol.batchEntries, bytes: ReplicationProtocol.batchBytes)

    package nonisolated let log: SiteLog
    private let store: RecordStore
    private var key: LogSigningKey
    private let logger: Logger
    private let onCommit: @Sendable () -> Void
    /// Why what is written down does not count yet; nil when it does.
    private(set) package var trouble: String?

    /// Opens the log in a folder of its own, or begins it.
    /// - Parameters:
    ///   - key: headquarters' signing key.
    ///   - onCommit: called when entries became durable in the store.
    package init(
        folder: String, key: LogSigningKey, zone: TimeZoneRules, store: RecordStore, logger: Logger,
        at now: Timestamp, onCommit: @escaping @Sendable () -> Void
    ) throws {
        var random = SystemRandomNumberGenerator()
        log = try SiteLog(
            folder: DataFolder(folder, reserve: store.folder.reserve), site: .headquarters, using: &random)
        try store.registerOwnSite(zone: zone, signingKey: key.verifyingKey, at: now)
        self.key = key
        self.store = store
        self.logger = logger
        self.onCommit = onCommit
    }

    /// Writes one record down. When this returns it is on the disk; it counts as soon as it was carried over, which is tried
    /// at once and again at every start and with every further record.
    package func write(_ draft: SiteLog.Draft, at now: Timestamp) async throws -> SiteLog.Outcome {
        let outcome = try await log.append([draft], at: now)[0]
        await carry()
        return outcome
    }

    /// Writes down that another key signs from here on, and signs with it what follows: the entry itself is signed by the key
    /// before. The same keys once more change nothing. Throws, with the key as it was, where it does not get into the store.
    /// - Parameter change: names and proves `key`.
    package func sign(with key: LogSigningKey, _ change: KeyChange, at now: Timestamp) async throws {
        let outcome = try await write(.keyChange(change, of: .headquarters, at: now), at: now)
        if let trouble { throw RequestFailure("the change of keys is not in headquarters' store: \(trouble)") }
        if case .conflict = outcome { throw RequestFailure("another change to the same key is in headquarters' log") }
        self.key = key
    }

    /// Brings what the store lacks of this log there.
    package func carry() async {
        do {
            for extent in log.extents { try await carry(extent) }
            trouble = nil
        } catch {
            trouble = "\(error)"
            logger.error("headquarters' own log", metadata: ["error": "\(error)"])
        }
    }

    private func carry(_ extent: EpochExtent) async throws {
        let epoch = extent.head.epoch
        try store.begin(epoch, of: .headquarters, parent: extent.parent)
        while let stored = try store.durablePositions()[.headquarters]?[epoch] {
            guard try log.hash(at: stored.sequence, of: epoch) == stored.hash else {
                throw RequestFailure(
                    "\(log.folder.path) and \(store.path) hold different histories from entry \(stored.sequence) on; "
                        + "restore both from one backup, or move the first away to begin a new log")
            }
            guard stored.sequence < extent.head.sequence else { return }
            let slice = try log.read(
                LogRead(
                    epoch: epoch, after: stored.sequence, entries: Self.batch.entries, bytes: Self.batch.bytes))
            try await store(slice)
        }
    }

    private func store(_ slice: LogSlice) async throws {
        guard let hashes = LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first) else {
            preconditionFailure("an entry that was read from the log is well formed")
        }
        // A key change ends its batch.
        let end = slice.entries.firstIndex { KeyChange($0) != nil } ?? hashes.count - 1
        var part = slice
        part.entries = Array(slice.entries[...end])
        part.last = hashes[end]
        let signature = try key.sign(.batch, site: .headquarters, position: part.end)
        var staged = SiteReceiver.StagedBatch(
            site: .headquarters, slice: part, hashes: Array(hashes[...end]), signature: signature)
        staged.keyChange = part.keyChange(of: .headquarters)
        let outcome = await withCheckedContinuation { continuation in
            store.append(staged, receivedAt: SystemClock.wall) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .committed(_, let position):
            log.noteAcknowledged(position)
            onCommit()
        case .conflict: break  // another record's turn carried it over meanwhile: the next look tells
        case .failed(_, _, let error): throw error
        }
    }
}
