internal import Glibc
internal import Synchronization

/// The loop of the thread.
extension SocketThread {
    /// The thread's life: turn after turn until the stop.
    func run() {
        current.store(pthread_self(), ordering: .releasing)
        var batch: [Work] = []
        var next = 0
        while true {
            // What was left over forbids sleep.
            let mayBlock = next == batch.count && queue.fallAsleep()
            let (signalled, ready) = polls.wait(milliseconds: mayBlock ? timeUntilTimer() : 0)
            let isStopping = queue.awake(signalled: signalled)
            if isStopping { break }
            runWork(&batch, &next)
            runTimers()
            for call in ready { call() }
        }
        for work in batch[next...] { execute(work) }
        queue.take(into: &batch)
        for work in batch { execute(work) }
        batch = []
        for socket in polls.removeAll() { socket.thread = nil }
        timers = TimerQueue()
        leave()
        if case .needsLateThread = queue.finish() { startLateThread() }
    }

    /// Runs queued work from `batch[next]` on, within the bounds of a turn.
    private func runWork(_ batch: inout [Work], _ next: inout Int) {
        if next == batch.count {
            queue.take(into: &batch)
            next = 0
        }
        guard !batch.isEmpty else { return }
        let end = MonotonicTime.now + Self.jobTime
        let limit = min(batch.count, next + Self.jobsPerTurn)
        repeat {
            execute(batch[next])
            next += 1
        } while next < limit && MonotonicTime.now < end
    }

    /// Fires the timers that were due when the turn came to them.
    private func runTimers() {
        guard timers.nextDue() != nil else { return }
        let (now, youngest) = (MonotonicTime.now, timers.youngest)
        while let body = timers.takeDue(at: now, upTo: youngest) { body() }
    }

    /// For zmq_poll: milliseconds until the next timer, or -1 for ever.
    private func timeUntilTimer() -> Int {
        timers.nextDue().map { Int(($0 - .now).wholeMilliseconds) } ?? -1
    }

    private func execute(_ work: Work) {
        switch work {
        case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
        case .closure(let body): body()
        }
    }

    func enqueue(_ work: Work) {
        if case .needsLateThread = queue.append(work) { startLateThread() }
    }

    /// Runs what came after the stop.
    private func startLateThread() {
        let drain: @Sendable () -> Void = { [self] in
            current.store(pthread_self(), ordering: .releasing)
            while let batch = queue.takeLate() {
                for work in batch { execute(work) }
            }
            leave()
        }
        // Without a thread to be had, the caller runs it: late and in a strange place, but it does run.
        do { try NativeThread.start(name: name, detached: true, drain) } catch { drain() }
    }

    /// This thread is the executor's no more, unless another has taken over already.
    private func leave() {
        _ = current.compareExchange(expected: pthread_self(), desired: 0, ordering: .acquiringAndReleasing)
    }
}
