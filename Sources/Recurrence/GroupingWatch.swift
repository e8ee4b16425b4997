/// Is told how far a grouping has come, and may stop it. A grouping of 200,000 texts takes the better part of a minute.
package struct GroupingWatch {
    /// What a grouping does, in this order.
    package enum Phase: Int, Sendable, CaseIterable {
        case reading, comparing, smoothing, joining, describing

        /// About which part of the time is over when it begins and when it ends.
        fileprivate var span: (begin: Double, end: Double) {
            switch self {
            case .reading: (0, 0.1)
            case .comparing: (0.1, 0.65)
            case .smoothing: (0.65, 0.75)
            case .joining: (0.75, 0.9)
            case .describing: (0.9, 1)
            }
        }
    }

    /// Thrown where `goesOn` said no.
    package struct Stopped: Error {}

    private let goesOn: (Double) -> Bool

    /// - Parameter goesOn: called now and then with the part that is done, 0 to 1, never falling; false stops the grouping.
    package init(_ goesOn: @escaping (Double) -> Bool) {
        self.goesOn = goesOn
    }

    /// Watches nothing.
    package static var none: GroupingWatch { GroupingWatch { _ in true } }

    /// So many steps pass between two looks.
    static let stride = 256

    /// Tells that so many steps of a phase are done; it is passed on now and then.
    package func pass(_ step: Int, of steps: Int, _ phase: Phase) throws(Stopped) {
        guard step % Self.stride == 0 else { return }
        let (begin, end) = phase.span
        guard goesOn(begin + (end - begin) * min(1, Double(step) / Double(max(1, steps)))) else { throw Stopped() }
    }
}
