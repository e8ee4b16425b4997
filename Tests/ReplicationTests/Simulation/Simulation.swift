import Records
import Replication

/// Time, chance and the trace of one run: everything follows from the seed.
final class Simulation {
    /// Since the run began.
    private(set) var now: Duration = .zero
    var random: SplitMix64
    private(set) var trace: [String] = []
    private var events: [(time: Duration, number: Int, body: () -> Void)] = []
    private var scheduled = 0

    /// Lines that a failure prints.
    static let traceBound = 60

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The true wall clock.
    var wall: Timestamp { Timestamp(milliseconds: 1_700_000_000_000) + now }

    /// Runs `body` so much later; what was scheduled first runs first at the same moment.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        let time = now + delay
        scheduled += 1
        let place = events.partitioningIndex { $0.time > time }
        events.insert((time, scheduled, body), at: place)
    }

    func run(until end: Duration) {
        while let next = events.first, next.time <= end {
            events.removeFirst()
            now = next.time
            next.body()
        }
        now = end
    }

    func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

    func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(Int.random(in: range, using: &random)) }

    func note(_ line: @autoclosure () -> String) { trace.append("\(now.wholeMilliseconds) ms: \(line())") }
}

extension Array {
    /// The first index from which on all elements satisfy the predicate; the elements are partitioned by it.
    fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
