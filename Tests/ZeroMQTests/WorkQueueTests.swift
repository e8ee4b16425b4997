import Synchronization
import Testing

@testable import ZeroMQ

struct WorkQueueTests {
    private func append(_ queue: WorkQueue) -> WorkQueue.Appended { queue.append(.closure {}) }

    @Test func sleepsOnlyWhileNothingIsQueued() throws {
        let queue = try WorkQueue()
        #expect(queue.fallAsleep())
        #expect(!queue.awake(signalled: false))
        #expect(append(queue) == .queued)
        #expect(!queue.fallAsleep())
        var taken: [Work] = []
        queue.take(into: &taken)
        #expect(taken.count == 1)
        #expect(queue.fallAsleep())
    }

    @Test func stopIsSeenWhateverTheThreadDoes() throws {
        let queue = try WorkQueue()
        #expect(queue.fallAsleep())
        queue.requestStop()
        #expect(queue.awake(signalled: true))
        #expect(!queue.fallAsleep())
        #expect(append(queue) == .queued)
        #expect(queue.finish() == .needsLateThread)
    }

    @Test func workAfterTheStopAsksForOneThread() throws {
        let queue = try WorkQueue()
        queue.requestStop()
        #expect(queue.finish() == .queued)
        #expect(append(queue) == .needsLateThread)
        #expect(append(queue) == .queued)
        #expect(queue.takeLate()?.count == 2)
        #expect(append(queue) == .queued)
        #expect(queue.takeLate()?.count == 1)
        #expect(queue.takeLate() == nil)
        #expect(append(queue) == .needsLateThread)
    }
}
