package import Replication

/// A disk that loses what was not synchronized. It outlives the processes that write on it.
///
/// A file system's promises and no more: whoever reads sees every write at once; a loss of power keeps what was synchronized and
/// some beginning of what was written since; a synchronization that failed leaves a hole, so that later ones say "done" and what
/// they wrote is gone with the power all the same, until the whole content is written anew.
/// A transaction is one write: that a torn one disappears whole is SQLite's task, and tested there.
package final class SimulatedDisk<Content> {
    /// What a reader sees now.
    package private(set) var current: Content
    /// What a loss of power leaves for certain.
    package private(set) var durable: Content
    package var condition = DiskCondition.sound
    /// A mistake built in, to see that it is found: every synchronization only says that it was done.
    package var neverSynchronizes = false
    private var unsynchronized: [(inout Content) -> Void] = []
    private var hasHole = false

    package init(_ content: Content) { (current, durable) = (content, content) }

    /// Whether a loss of power could take something.
    package var isSynchronized: Bool { unsynchronized.isEmpty }

    /// One transaction.
    package func write(_ change: @escaping (inout Content) -> Void) throws(DiskFailure) {
        switch condition {
        case .full: throw .full
        case .readOnly: throw .readOnly
        case .sound, .failing: break
        }
        change(&current)
        unsynchronized.append(change)
    }

    package func synchronize() throws(DiskFailure) {
        guard condition != .failing else {
            hasHole = true
            throw .failing
        }
        if !hasHole { makeDurable() }
    }

    /// Writes the whole content anew and synchronizes it: what a TRUNCATE checkpoint does. Proves what is there.
    package func rewrite() throws(DiskFailure) {
        guard condition != .failing else { throw .failing }
        hasHole = false
        makeDurable()
    }

    private func makeDurable() {
        guard !neverSynchronizes else { return }
        durable = current
        unsynchronized = []
    }

    /// The power fails: some beginning of what was not synchronized may have reached the disk, unless a hole is before it.
    package func losePower(using random: inout SplitMix64) {
        let kept = hasHole ? 0 : Int.random(in: 0...unsynchronized.count, using: &random)
        for change in unsynchronized.prefix(kept) { change(&durable) }
        current = durable
        unsynchronized = []
        hasHole = false
    }

    /// Another disk with this content stands in its place: an image, a backup, a new one.
    package func replace(with content: Content) {
        (current, durable) = (content, content)
        unsynchronized = []
        hasHole = false
    }

    /// Bits change by themselves, on the platters.
    package func rot(_ change: (inout Content) -> Void) {
        change(&current)
        change(&durable)
    }
}

/// How a disk is just now.
package enum DiskCondition: String {
    case sound, full, readOnly
    /// Synchronizing says EIO.
    case failing
}

/// What a disk says when it does not do what it should.
package enum DiskFailure: StoreFailure {
    case full, readOnly, failing
    /// The process that asked is dead.
    case nobody

    package var isDiskFull: Bool { self == .full }
}
