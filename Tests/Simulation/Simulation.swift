import Records
package import Replication

/// Time, chance and the trace of one run: everything follows from the seed.
package final class Simulation {
    private struct Event {
        var time: Duration
        var body: () -> Void
    }

    /// Since the run began; the true time.
    package private(set) var now: Duration = .zero
    package var random: SplitMix64
    package private(set) var trace = Trace()
    /// The next one last; what was scheduled first runs first at the same moment.
    private var events: [Event] = []

    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Runs `body` so much later.
    package func after(_ delay: Duration, _ body: @escaping () -> Void) {
        let time = now + max(.zero, delay)
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time <= time { high = middle } else { low = middle + 1 }
        }
        events.insert(Event(time: time, body: body), at: low)
    }

    /// Runs everything that is scheduled up to `end`, and all that follows from it until then.
    package func run(until end: Duration) {
        while let next = events.last, next.time <= end {
            events.removeLast()
            now = next.time
            next.body()
        }
        now = end
    }

    package func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }

    package func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    package func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }

    package func pick<Element>(_ elements: [Element]) -> Element {
        precondition(!elements.isEmpty)
        return elements[number(0...elements.count - 1)]
    }

    package func note(_ line: String) { trace.add("\(now.wholeMilliseconds) ms: \(line)") }
}

/// What happened in a run, line by line, and a hash of it all that two runs of one seed must share.
package struct Trace {
    /// Lines that are kept, the last ones; the hash is over all.
    package static let bound = 20_000

    private var ring: [String] = []
    private var next = 0
    /// How many lines there were in all.
    package private(set) var count = 0
    /// FNV-1a over every line.
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package mutating func add(_ line: String) {
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ 10) &* 0x100_0000_01b3
        count += 1
        if ring.count < Self.bound { return ring.append(line) }
        ring[next] = line
        next = (next + 1) % Self.bound
    }

    /// The last lines, oldest first.
    package var lines: [String] { Array(ring[next...] + ring[..<next]) }

    /// The last lines before the first violation, and that one; without the heartbeats.
    package func whatLed(lines count: Int) -> [String] {
        let lines = lines
        let end = lines.firstIndex { $0.contains(Self.violation) }.map { $0 + 1 } ?? lines.count
        return lines[..<end].filter { !$0.contains(" PING ") && !$0.contains(" PONG ") }.suffix(count)
    }

    /// Begins a violation's line.
    package static let violation = "✘ "
}
