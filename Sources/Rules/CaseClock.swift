import Handbooks
import Records

/// Measures spans of *open* time along the periods in which a case was open. (domain: settled readings: age counts open
/// time; a reopened case goes on by the same clock with at least so much left.)
struct CaseClock {
    let periods: [OpenPeriod]
    let leftWhenReopened: Duration

    /// When `start + span` is reached in open time.
    ///
    ///     open ────────┤ closed ├──────────── open
    ///     start        end      next start    due, later by what it was closed
    ///
    /// `due` is nil when the case ended before and was not reopened; `period` is the one in which it falls due, or the last.
    func due(from start: Timestamp, until end: Timestamp) -> (due: Timestamp?, period: Int) {
        var due = end
        for index in periods.indices {
            guard let ended = periods[index].end, ended < due else { return (due, index) }
            guard index + 1 < periods.count else { break }
            let reopened = periods[index + 1].start
            if reopened <= start { continue }
            due = max(due + (reopened - max(ended, start)), reopened + leftWhenReopened)
        }
        return (nil, periods.count - 1)
    }

    /// When the last period ended; nil while the case is open.
    var end: Timestamp? { periods[periods.count - 1].end }
}
