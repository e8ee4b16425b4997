import Foundation
import GRDB
import Synchronization
import Testing

@testable import Storage

struct GroupCommitTests {
    /// Groups as they were run, in order.
    private func groups(of weights: [Int], bound: Int) async throws -> [[Int]] {
        let folder = try TestFolder()
        let pool = try DurableDatabase.open(folder.path + "/x.sqlite", durability: .full)
        let commits = GroupCommit<(Int, @Sendable (Int) -> Void)>(pool, bound: bound) { $0.0 }
        let groups = Mutex<[[Int]]>([])
        _ = await gather(weights.count, on: pool) { number, answer in
            commits.enqueue((weights[number], answer)) { jobs, _ in
                groups.withLock { $0.append(jobs.map(\.0)) }
                for job in jobs { job.1(job.0) }
            }
        }
        return groups.withLock { $0 }
    }

    @Test func jobsGatherUpToTheBoundInOrder() async throws {
        #expect(try await groups(of: [1, 2, 3, 4, 5, 6], bound: 6) == [[1, 2, 3], [4, 5], [6]])
        #expect(try await groups(of: [1, 1, 1], bound: 100) == [[1, 1, 1]])
    }

    @Test func aJobGreaterThanTheBoundGoesAlone() async throws {
        #expect(try await groups(of: [50, 50, 1], bound: 10) == [[50], [50], [1]])
        #expect(try await groups(of: [0, 0], bound: 10) == [[0, 0]])
    }

    /// A stream of jobs must not keep others from the database: headquarters' feed and registry are written there, too.
    @Test func otherWritersAreServedBetweenGroups() async throws {
        let folder = try TestFolder()
        let pool = try DurableDatabase.open(folder.path + "/x.sqlite", durability: .full)
        let commits = GroupCommit<Int>(pool, bound: 1) { _ in 1 }
        let order = Mutex<[String]>([])
        let _: [Bool] = await gather(2, on: pool) { number, answer in
            if number == 0 {
                for job in 0..<10 {
                    commits.enqueue(job) { jobs, _ in
                        order.withLock { $0.append("job") }
                        if jobs == [9] { answer(true) }
                    }
                }
            } else {
                pool.asyncWriteWithoutTransaction { _ in
                    order.withLock { $0.append("other") }
                    answer(true)
                }
            }
        }
        #expect(order.withLock { $0.firstIndex(of: "other") } == 1)
    }

    @Test func isIdleWhenAllWasAnswered() async throws {
        let folder = try TestFolder()
        let pool = try DurableDatabase.open(folder.path + "/x.sqlite", durability: .full)
        let commits = GroupCommit<Int>(pool, bound: 1) { _ in 1 }
        #expect(commits.isIdle)
        let during: [Bool] = await gather(1, on: pool) { _, answer in
            commits.enqueue(1) { _, _ in answer(commits.isIdle) }
        }
        #expect(during == [false])
        try await pool.writeWithoutTransaction { _ in }
        #expect(commits.isIdle)
    }
}
