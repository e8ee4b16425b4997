package import Foundation
package import Records

/// Headquarters' durable store of all sites' logs, as the exchange needs it. `RecordStore` keeps one on SQLite, the simulator
/// one on a disk of its own; `ReplicatedStoreContract` says what both must hold.
package protocol ReplicatedStore {
    /// What is kept of every site that ever greeted.
    func siteMemories() throws -> [SiteID: SiteMemory]
    /// The first session number that was never given out in headquarters' present epoch.
    func nextSession() throws -> UInt64
    /// Makes a session durable, with the logs that it names: their first batch finds them. The answer comes later.
    func open(
        _ opening: SessionOpening, at moment: Timestamp,
        answer: @escaping @Sendable ((any StoreFailure)?) -> Void)
    /// Keeps what became of a site's sessions; the answer may be lost.
    func note(_ tokens: SessionTokens, of site: SiteID)
    /// Keeps that a copy of a site was refused.
    func fence(_ token: Data, of site: SiteID, _ incident: Incident, at moment: Timestamp)
    /// Begins a new epoch of headquarters, as it turned out to have been restored; durable when it returns.
    /// - Parameter told: an epoch that a site was told of by a life that is forgotten here.
    func beginEpoch(after told: Epoch?, at moment: Timestamp) throws -> (epoch: Epoch, ancestors: Set<Epoch>)
    /// Hands a verified batch over. Compare-and-set: it is stored whole, if the log's high-water mark is where it begins. The
    /// answer comes later, in the order of the batches, when the batch is durable or will not be.
    func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void)
    /// The stored chain's hash at a place, `h(0)` at zero; nil when there is no such entry. The position's own hash is not
    /// looked at.
    func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash?
    /// What is whole here of entries after a place, from the first on; nil when nothing is known of that log.
    func slice(of site: SiteID, _ request: LogRead) throws -> LogSlice?
}

/// A store that gives nothing back.
extension ReplicatedStore {
    package func slice(of site: SiteID, _ request: LogRead) throws -> LogSlice? { nil }
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
