import Replication

/// A file that loses what was not synchronized: written versions wait, a crash keeps any prefix of them.
struct SimulatedDisk<Content> {
    /// What survives every crash.
    private(set) var durable: Content
    /// What was written since, oldest first.
    private var waiting: [Content] = []

    init(_ content: Content) { durable = content }

    /// What a reader in the same process sees.
    var current: Content { waiting.last ?? durable }

    var isSynchronized: Bool { waiting.isEmpty }

    mutating func write(_ content: Content) { waiting.append(content) }

    mutating func write<Result>(_ change: (inout Content) -> Result) -> Result {
        var content = current
        defer { waiting.append(content) }
        return change(&content)
    }

    mutating func synchronize() {
        durable = current
        waiting = []
    }

    /// The machine stops: the device may or may not have kept what was not synchronized, in the order of writing.
    mutating func crash(using random: inout SplitMix64) {
        let kept = Int.random(in: 0...waiting.count, using: &random)
        if kept > 0 { durable = waiting[kept - 1] }
        waiting = []
    }
}
