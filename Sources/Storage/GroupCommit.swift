package import GRDB
import Synchronization

/// Collects the jobs of many callers and runs them in few transactions: while one group is written, the next one gathers.
///
/// Groups run on the database's writer queue in the order in which their jobs were enqueued, one at each turn, so that other
/// writers of the same database are served in between. The group answers its callers itself.
package final class GroupCommit<Job: Sendable>: Sendable {
    /// Runs a group: opens its transaction, commits, answers. Must not throw: it answers failures, too.
    package typealias Perform = @Sendable ([Job], Database) -> Void

    private struct State {
        var pending: [Job] = []
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let pool: DatabasePool
    private let bound: Int
    private let weight: @Sendable (Job) -> Int

    /// - Parameters:
    ///   - bound: a group is closed when its jobs' weights reach this; it has at least one job.
    ///   - weight: of a job.
    package init(_ pool: DatabasePool, bound: Int, weight: @escaping @Sendable (Job) -> Int) {
        self.pool = pool
        self.bound = bound
        self.weight = weight
    }

    /// Hands over a job; returns at once. What `perform` holds on to lives until the job was answered.
    package func enqueue(_ job: Job, _ perform: @escaping Perform) {
        let mustSchedule = state.withLock { state in
            state.pending.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { schedule(perform) }
    }

    /// Whether nothing is waiting or being written.
    package var isIdle: Bool { state.withLock { !$0.isScheduled } }

    private func schedule(_ perform: @escaping Perform) {
        pool.asyncWriteWithoutTransaction { [self] database in
            perform(takeGroup(), database)
            let hasMore = state.withLock { state in
                state.isScheduled = !state.pending.isEmpty
                return state.isScheduled
            }
            if hasMore { schedule(perform) }
        }
    }

    private func takeGroup() -> [Job] {
        state.withLock { state in
            var total = 0
            let end = state.pending.firstIndex { job in
                defer { total += weight(job) }
                return total >= bound
            }
            let group = Array(state.pending[..<(end ?? state.pending.endIndex)])
            state.pending.removeFirst(group.count)
            return group
        }
    }
}
