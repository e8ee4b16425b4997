package import Handbooks
package import Records
package import struct Records.Record
import StrictYAML
import Synchronization

/// The handbook that this branch works by: the newest that headquarters published, else the configured one.
///
/// Each record names the version that it was checked against, so that a change in the midst of a day is told apart.
package final class HandbookInForce: Sendable {
    /// A published handbook that this version of the program cannot read.
    package struct Behind: Sendable, Equatable {
        package var version: String
        package var reason: String
    }

    private struct State {
        var handbook: Handbook
        var policy: FormPolicy
        /// Where the handbook in force was published; nil for the configured one.
        var order: RecordOrder?
        /// The newest that cannot be read; newer than `order`.
        var behind: (handbook: Behind, order: RecordOrder)?
    }

    private let state: Mutex<State>

    package init(configured: Handbook) {
        state = Mutex(State(handbook: configured, policy: configured.formPolicy))
    }

    package var handbook: Handbook { state.withLock { $0.handbook } }
    package var policy: FormPolicy { state.withLock { $0.policy } }

    /// What headquarters published and cannot be used here; nil when the newest is in force.
    package var behind: Behind? { state.withLock { $0.behind?.handbook } }

    /// Takes what headquarters published, in any order; what is older than the one in force is passed over unread.
    /// - Returns: the version that came into force.
    @discardableResult
    package func take(_ records: [Record]) -> String? {
        var inForce: String?
        for record in records.sorted(by: { $0.order > $1.order }) {
            guard case .handbookVersion(let published) = record.facts.body, record.site == .headquarters else {
                continue
            }
            guard state.withLock({ $0.order.map { $0 < record.order } ?? true }) else { break }
            do throws(YAMLFaults) {
                let handbook = try Handbook.read(yaml: published.text, file: published.version)
                adopt(handbook, record.order)
                inForce = handbook.version
            } catch {
                note(Behind(version: published.version, reason: "\(error)"), record.order)
            }
        }
        return inForce
    }

    private func adopt(_ handbook: Handbook, _ order: RecordOrder) {
        let policy = handbook.formPolicy
        state.withLock { state in
            (state.handbook, state.policy, state.order) = (handbook, policy, order)
            if let behind = state.behind, behind.order < order { state.behind = nil }
        }
    }

    private func note(_ behind: Behind, _ order: RecordOrder) {
        state.withLock { state in
            if state.behind.map({ $0.order < order }) ?? true { state.behind = (behind, order) }
        }
    }
}
