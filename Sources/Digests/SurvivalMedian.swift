/// The Kaplan–Meier median of the time that something takes, those counted in that have not finished yet.
///
/// Leaving the open ones out would make a month look fast exactly when the hard cases are still open.
package struct SurvivalMedian {
    /// One observation: how long until it finished, or how long it has been watched without finishing.
    package struct Observation: Equatable {
        package var milliseconds: Int64
        package var finished: Bool

        package init(milliseconds: Int64, finished: Bool) {
            self.milliseconds = milliseconds
            self.finished = finished
        }
    }

    /// The shortest time at which half or less is estimated to be unfinished; nil when the curve never falls so far.
    package static func milliseconds(_ observations: [Observation]) -> Int64? {
        let ordered = observations.map { Observation(milliseconds: max(0, $0.milliseconds), finished: $0.finished) }
            .sorted { ($0.milliseconds, $0.finished ? 0 : 1) < ($1.milliseconds, $1.finished ? 0 : 1) }
        var surviving = 1.0
        var start = 0
        while start < ordered.count {
            let time = ordered[start].milliseconds
            var end = start
            var finished = 0
            while end < ordered.count, ordered[end].milliseconds == time {
                finished += ordered[end].finished ? 1 : 0
                end += 1
            }
            let atRisk = ordered.count - start
            surviving *= Double(atRisk - finished) / Double(atRisk)
            // A product of fractions that is one half on paper may miss it by its last bits.
            if finished > 0, surviving <= 0.5 + 1e-9 { return time }
            start = end
        }
        return nil
    }
}
