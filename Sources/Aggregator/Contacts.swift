package import Records
import Synchronization

/// Until when each site has been heard: it said everything that it wrote down up to that moment.
///
/// Written by the exchange at each heartbeat, read by the fold, persisted from time to time.
package final class Contacts: Sendable {
    private struct State {
        var until: [SiteID: Timestamp] = [:]
        var unsaved: Set<SiteID> = []
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

    /// What changed since the last call.
    package func takeUnsaved() -> [SiteID: Timestamp] {
        state.withLock { state in
            defer { state.unsaved = [] }
            return state.until.filter { state.unsaved.contains($0.key) }
        }
    }
}
