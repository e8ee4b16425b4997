import Foundation
import Synchronization
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketThreadTests {
    @Test func actorRunsOnItsThread() async throws {
        let thread = try SocketThread(name: "actor")
        let counter = Counter(thread)
        #expect(!thread.isCurrent)
        #expect(await counter.isOnThread())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { await counter.add() } }
        }
        #expect(await counter.value == 1000)
        thread.stop()
    }

    @Test func callbacksAndTimersAreIsolated() async throws {
        let thread = try SocketThread(name: "isolated")
        let counter = Counter(thread)
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
        await counter.schedule(tick)
        for await _ in ticks { break }
        #expect(await counter.value == 1)
        thread.stop()
    }

    @Test func cancelledTimerDoesNotFire() async throws {
        let thread = try SocketThread(name: "timers")
        let (ticks, tick) = AsyncStream.makeStream(of: String.self)
        thread.perform {
            let wrong = thread.schedule(after: .milliseconds(1)) { tick.yield("cancelled") }
            thread.schedule(after: .milliseconds(20)) { tick.yield("second") }
            thread.schedule(after: .milliseconds(5)) { tick.yield("first") }
            thread.cancel(wrong)
        }
        var seen: [String] = []
        for await name in ticks {
            seen.append(name)
            if seen.count == 2 { break }
        }
        #expect(seen == ["first", "second"])
        thread.stop()
    }

    @Test func actorServesItsRouter() async throws {
        let context = try Context()
        let echo = try Echo(context)
        await echo.start()
        let answers = try exchange(context, echo.endpoint, count: 500)
        #expect(answers == (0..<500).map { "\($0)" })
        await echo.close()
        echo.thread.stop()
        try context.close()
    }

    @Test func trafficDoesNotStarveJobs() async throws {
        let context = try Context()
        let echo = try Echo(context)
        let spin = await echo.spinForEver(context)
        // The socket is readable in every turn from now on.
        for _ in 0..<200 { await echo.idle() }
        #expect(await echo.turns > 0)
        spin.set(false)
        await echo.close()
        echo.thread.stop()
        try context.close()
    }

    @Test func jobsDoNotStarveTraffic() async throws {
        let context = try Context()
        let echo = try Echo(context)
        await echo.start()
        let busy = Flag(true)
        await withTaskGroup(of: Void.self) { group in
            // Each job enqueues the next: the queue is never empty.
            for _ in 0..<4 { group.addTask { while busy.value { await echo.idle() } } }
            group.addTask { [endpoint = echo.endpoint] in
                defer { busy.set(false) }
                #expect((try? self.exchange(context, endpoint, count: 100))?.count == 100)
            }
        }
        await echo.close()
        echo.thread.stop()
        try context.close()
    }

    @Test func descriptorCallsBack() async throws {
        let thread = try SocketThread(name: "descriptor")
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        let (ticks, tick) = AsyncStream.makeStream(of: Data.self)
        thread.perform {
            thread.register(fileDescriptor: descriptor) {
                tick.yield(pipe.fileHandleForReading.availableData)
                thread.unregister(fileDescriptor: descriptor)
                tick.finish()
            }
        }
        try pipe.fileHandleForWriting.write(contentsOf: Data("x".utf8))
        var seen: [Data] = []
        for await data in ticks { seen.append(data) }
        #expect(seen == [Data("x".utf8)])
        thread.stop()
    }

    @Test func saysOnceWhenThereIsRoom() async throws {
        let context = try Context()
        let thread = try SocketThread(name: "room")
        let (calls, call) = AsyncStream.makeStream(of: Int.self)
        thread.perform {
            do {
                var options = Socket.Options()
                (options.sendHighWaterMark, options.receiveHighWaterMark) = (1, 1)
                let push = try Socket(context, .push, options: options)
                let pull = try Socket(context, .pull, options: options)
                try push.bind(to: "inproc://room")
                try pull.connect(to: "inproc://room")
                thread.register(push) {}
                var sent = 0
                while try push.send("x") == .sent { sent += 1 }
                thread.onceWritable(push) {
                    call.yield(sent)
                    thread.schedule(after: .milliseconds(5)) {
                        push.close()
                        pull.close()
                        call.finish()
                    }
                }
                thread.schedule(after: .milliseconds(5)) { _ = try? pull.receiveAll { _ in } }
            } catch {
                Issue.record(error)
                call.finish()
            }
        }
        var seen: [Int] = []
        for await sent in calls { seen.append(sent) }
        #expect(seen == [2])
        thread.stop()
        try context.close()
    }

    @Test func monitorDeliversOnTheThread() async throws {
        let context = try Context()
        let thread = try SocketThread(name: "monitor")
        let (events, event) = AsyncStream.makeStream(of: SocketEvent.Kind.self)
        thread.perform {
            do {
                let socket = try Socket(context, .dealer)
                let monitor = try SocketMonitor(socket)
                monitor.deliver(on: thread) { seen in
                    #expect(thread.isCurrent)
                    event.yield(seen.kind)
                    if seen.kind == .closed { socket.close() }
                    if seen.kind == .monitorStopped { event.finish() }
                }
                try socket.connect(to: "tcp://127.0.0.1:1")
            } catch {
                Issue.record(error)
                event.finish()
            }
        }
        var seen: [SocketEvent.Kind] = []
        for await kind in events { seen.append(kind) }
        #expect(seen.last == .monitorStopped)
        #expect(seen.contains(.closed))
        thread.stop()
        try context.close()
    }

    @Test func stopLeavesNoThread() async throws {
        let name = "stopping-\(UInt8.random(in: 0...255))"
        weak var weakThread: SocketThread?
        do {
            let thread = try SocketThread(name: name)
            weakThread = thread
            await Counter(thread).add()
            #expect(threads(named: name) == 1)
            thread.stop()
            thread.stop()
            #expect(threads(named: name) == 0)
        }
        #expect(weakThread == nil)
    }

    @Test func stopRunsWhatIsQueuedFirst() throws {
        let thread = try SocketThread(name: "queued")
        let count = Mutex(0)
        for _ in 0..<10_000 { thread.perform { count.withLock { $0 += 1 } } }
        thread.stop()
        #expect(count.withLock { $0 } == 10_000)
    }

    @Test func socketsOutliveTheirThread() throws {
        let context = try Context()
        let thread = try SocketThread(name: "outlived")
        nonisolated(unsafe) let socket = try Socket(context, .pull)
        thread.perform { thread.register(socket) {} }
        thread.stop()
        socket.adopt()
        socket.close()
        try context.close()
    }

    @Test func jobAfterStopStillRunsIsolated() async throws {
        let thread = try SocketThread(name: "late")
        let counter = Counter(thread)
        thread.stop()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await counter.add() } }
        }
        #expect(await counter.value == 100)
        #expect(await counter.isOnThread())
    }

    /// Sends numbers to an echoing router and gives what comes back.
    private func exchange(_ context: Context, _ endpoint: String, count: Int) throws -> [String] {
        let socket = try Socket(context, .dealer)
        defer { socket.close() }
        try socket.connect(to: endpoint)
        for number in 0..<count { #expect(try socket.send([Message("\(number)")], timeout: bound) == .sent) }
        return try (0..<count).map { _ in try socket.receive(timeout: bound)?[0].text ?? "" }
    }

    private func threads(named name: String) -> Int {
        // A thread may end between the listing and the reading; then it is not there.
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let names = tasks.map { (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)) ?? "" }
        return names.count { $0 == name + "\n" }
    }
}
