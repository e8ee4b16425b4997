package import GRDB
import Synchronization

/// Collects the jobs of many callers and runs them in few transactions: while one group is written, the next one gathers.
///
/// Jobs run on the database's writer queue in the order in which they were enqueued. The group answers its callers itself.
package final class GroupCommit<Job: Sendable>: Sendable {
    private struct State {
        var pending: [Job] = []
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let pool: DatabasePool
    private let bound: Int
    private let perform: @Sendable ([Job], Database) -> Void

    /// - Parameters:
    ///   - bound: greatest number of jobs in a group.
    ///   - perform: runs a group: opens its transaction, commits, answers. Must not throw: it answers failures, too.
    package init(_ pool: DatabasePool, bound: Int, perform: @escaping @Sendable ([Job], Database) -> Void) {
        self.pool = pool
        self.bound = bound
        self.perform = perform
    }

    /// Hands over a job; returns at once.
    package func enqueue(_ job: Job) {
        let mustSchedule = state.withLock { state in
            state.pending.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard mustSchedule else { return }
        pool.asyncWriteWithoutTransaction { [self] database in
            while let group = next() { perform(group, database) }
        }
    }

    /// Whether nothing is waiting or being written.
    package var isIdle: Bool { state.withLock { !$0.isScheduled } }

    private func next() -> [Job]? {
        state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isScheduled = false
                return nil
            }
            let group = Array(state.pending.prefix(bound))
            state.pending.removeFirst(group.count)
            return group
        }
    }
}
