/// From when to when records of a site are expected: dated changes, whatever the order in which they were noted.
package struct SiteLife: Sendable, Equatable {
    /// What a site is from a moment on.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Records are expected; their absence is said.
        case expected
        /// Closed for a while: nothing is expected.
        case paused
        /// Closed for good.
        case retired
    }

    /// One dated change.
    package struct Change: Sendable, Equatable {
        package var since: Timestamp
        package var state: State

        package init(since: Timestamp, state: State) {
            self.since = since
            self.state = state
        }
    }

    /// By their moments; of two at one moment the one that was noted later is in force.
    package let changes: [Change]

    /// - Parameters:
    ///   - expectedFrom: when the site was begun; before it nothing is expected.
    ///   - changes: in the order in which they were noted.
    package init(expectedFrom: Timestamp, changes: [Change] = []) {
        var latest: [Timestamp: State] = [expectedFrom: .expected]
        for change in changes { latest[change.since] = change.state }
        self.changes = latest.map { Change(since: $0.key, state: $0.value) }.sorted { $0.since < $1.since }
    }

    /// What the site is at a moment; nil before its beginning.
    package func state(at moment: Timestamp) -> State? { changes.last { $0.since <= moment }?.state }

    /// Since when records are expected, where they are at that moment; nil where they are not.
    package func expectedSince(at moment: Timestamp) -> Timestamp? {
        guard state(at: moment) == .expected else { return nil }
        let past = changes.filter { $0.since <= moment }
        return past[(past.lastIndex { $0.state != .expected } ?? -1) + 1].since
    }

    /// The end of what is expected within a stretch of time; nil where nothing is.
    package func expectedEnd(in range: Range<Timestamp>) -> Timestamp? {
        let ends = changes.indices.compactMap { index -> Timestamp? in
            let end = index + 1 < changes.count ? changes[index + 1].since : range.upperBound
            let stretch =
                max(
                    changes[index].since, range.lowerBound)..<max(
                    min(end, range.upperBound), changes[index].since, range.lowerBound)
            return changes[index].state == .expected && !stretch.isEmpty ? stretch.upperBound : nil
        }
        return ends.last
    }
}
