package import Records

/// Headquarters' durable store of all sites' logs, as the exchange needs it. `RecordStore` keeps one on SQLite, the simulator
/// one on a disk of its own; `ReplicatedStoreContract` says what both must hold.
package protocol ReplicatedStore {
    /// What is durable of every log that is known.
    func durablePositions() throws -> [SiteID: [Epoch: LogPosition]]
    /// The first of `count` session numbers that were never given out before, durable before they are used.
    func reserveSessions(_ count: UInt64) throws -> UInt64
    /// Notes a log durably, so that its first batch finds it; one that is known already stays as it is.
    func begin(_ epoch: Epoch, of site: SiteID, parent: LogPosition?) throws
    /// Hands a verified batch over. Compare-and-set: it is stored whole, if the log's high-water mark is where it begins. The
    /// answer comes later, in the order of the batches, when the batch is durable or will not be.
    func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void)
    /// The stored chain's hash at a place, `h(0)` at zero; nil when there is no such entry.
    func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash?
}

/// What became of a staged batch.
package enum StoreOutcome: Sendable {
    /// Durable up to here.
    case committed(SiteID, LogPosition)
    /// The stored high-water mark was not where the batch begins: nothing was written. Says where the mark is; nil when there
    /// is no such log.
    case conflict(SiteID, Epoch, stored: LogPosition?)
    /// It cannot be counted on, though it may be there after a restart.
    case failed(SiteID, Epoch, any StoreFailure)

    /// Whose batch it was.
    package var site: SiteID {
        switch self {
        case .committed(let site, _), .conflict(let site, _, _), .failed(let site, _, _): site
        }
    }
}

/// Why a store could not do what it was asked for.
package protocol StoreFailure: Error {
    /// Whether there is no room.
    var isDiskFull: Bool { get }
}
