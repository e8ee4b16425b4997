package import Records
import Synchronization

/// Until when each site has been heard: it said everything that it wrote down up to that moment.
///
/// Written by the exchange at each heartbeat, read by the fold, persisted from time to time.
package final class Contacts: Sendable {
    private struct State {
        var until: [SiteID: Timestamp] = [:]
        var unsaved: Set<SiteID> = []
        var trimmedEarly: [SiteID: (count: UInt64, at: Timestamp)] = [:]
    }

    private let state = Mutex(State())

    package init(_ known: [SiteID: Timestamp] = [:]) { state.withLock { $0.until = known } }

    package subscript(site: SiteID) -> Timestamp? { state.withLock { $0.until[site] } }

    package var all: [SiteID: Timestamp] { state.withLock { $0.until } }

    /// Notes a moment; never moves one back.
    package func heard(_ site: SiteID, until moment: Timestamp) {
        state.withLock { state in
            guard state.until[site].map({ $0 < moment }) ?? true else { return }
            state.until[site] = moment
            state.unsaved.insert(site)
        }
    }

    /// Notes that a site trimmed so many entries before they were backed up. Of a number that grows all the time only the
    /// doublings count, as a person need not be told of each.
    package func trimmedEarly(_ site: SiteID, count: UInt64, at moment: Timestamp) {
        state.withLock { state in
            guard count > 0, count / 2 >= state.trimmedEarly[site]?.count ?? 0 else { return }
            state.trimmedEarly[site] = (count, moment)
        }
    }

    /// The sites that trimmed entries early, how many, and when that was first heard.
    package var trimmedEarly: [SiteID: (count: UInt64, at: Timestamp)] { state.withLock { $0.trimmedEarly } }

    /// What changed since the last call.
    package func takeUnsaved() -> [SiteID: Timestamp] {
        state.withLock { state in
            defer { state.unsaved = [] }
            return state.until.filter { state.unsaved.contains($0.key) }
        }
    }
}
