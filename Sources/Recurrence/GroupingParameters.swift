/// What the grouping may be told. The defaults were chosen on one half of the labelled issues and checked on the other.
package struct GroupingParameters: Sendable, Hashable {
    /// How close two groups must be on average to become one, 0 to 1.
    package var threshold: Double
    /// How many of the closest texts are looked at for each text.
    package var neighbours: Int

    package init(threshold: Double = 0.4, neighbours: Int = 64) {
        self.threshold = threshold
        self.neighbours = neighbours
    }

    package static let `default` = GroupingParameters()
}
