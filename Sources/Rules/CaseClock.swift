import Handbooks
import Records

/// Measures spans of *open* time along the periods in which a case was open. (domain: settled readings: age counts open
/// time; a reopened case goes on by the same clock with at least so much left.)
struct CaseClock {
    let periods: [OpenPeriod]
    let leftWhenReopened: Duration
    /// What counts of the day; nil for all of it.
    var hours: WorkingClock?
    /// When it stands still, in order and apart from each other; only the last may have no end.
    var pauses: [OpenPeriod] = []

    /// When a span is over.
    struct Due {
        /// Nil when the case ended before and was not reopened, or while the clock stands still.
        var at: Timestamp?
        /// The period in which it falls due, or the last.
        var period: Int
        /// Since when the clock stands still.
        var pausedSince: Timestamp?
    }

    /// When `start + span` is reached in open time.
    ///
    ///     open ────────┤ closed ├──────────── open
    ///     start        end      next start    due, later by what it was closed
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

    /// When so much open time that counts has passed since `start`: within the working hours, and outside the pauses.
    func due(from start: Timestamp, length: Duration) -> Due {
        var left = length
        for index in periods.indices {
            let begin = max(periods[index].start, start)
            if let ended = periods[index].end, ended <= begin { continue }
            let isReopened = periods[index].start > start && index > 0
            let least = isReopened ? periods[index].start + leftWhenReopened : .zero
            let (found, pausedSince) = end(of: left, from: begin)
            if let found {
                let due = max(found, least)
                guard let ended = periods[index].end, ended < due else { return Due(at: due, period: index) }
            } else if periods[index].end == nil {
                return Due(at: nil, period: index, pausedSince: pausedSince)
            }
            // Not in this period: it ended before.
            if let ended = periods[index].end { left = max(.zero, left - counted(from: begin, until: ended)) }
        }
        return Due(at: nil, period: periods.count - 1)
    }

    /// The moment at which so much that counts has passed; or since when the clock stands still for good.
    private func end(of length: Duration, from start: Timestamp) -> (at: Timestamp?, pausedSince: Timestamp?) {
        var left = length
        var from = start
        for pause in pauses where pause.end.map({ $0 > start }) ?? true {
            if pause.start > from {
                guard let found = hours.map({ $0.end(of: left, from: from) }) ?? from + left else { return (nil, nil) }
                // What falls due at the moment of a pause has fallen due.
                if found <= pause.start { return (found, nil) }
                left -= working(from: from, until: pause.start)
            }
            guard let end = pause.end else { return (nil, pause.start) }
            from = max(from, end)
        }
        return (hours.map { $0.end(of: left, from: from) } ?? from + left, nil)
    }

    private func counted(from start: Timestamp, until end: Timestamp) -> Duration {
        var counted = working(from: start, until: end)
        for pause in pauses {
            let (from, until) = (max(pause.start, start), min(pause.end ?? end, end))
            if from < until { counted -= working(from: from, until: until) }
        }
        return counted
    }

    private func working(from start: Timestamp, until end: Timestamp) -> Duration {
        hours.map { $0.worked(from: start, until: end) } ?? (end - start)
    }

    /// When the last period ended; nil while the case is open.
    var end: Timestamp? { periods[periods.count - 1].end }
}

extension CaseTimeline {
    /// The stretches in which the delay is stated to have one of these causes.
    func pauses(by causes: [DelayCause]) -> [OpenPeriod] {
        var pauses: [OpenPeriod] = []
        for (index, delay) in delays.enumerated() where causes.contains(delay.cause) {
            let end = index + 1 < delays.count ? delays[index + 1].at : nil
            if let last = pauses.last, last.end == delay.at {
                pauses[pauses.count - 1].end = end
            } else if end != delay.at {
                pauses.append(OpenPeriod(start: delay.at, end: end))
            }
        }
        return pauses
    }
}
