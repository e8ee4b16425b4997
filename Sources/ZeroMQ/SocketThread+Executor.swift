/// What the Swift runtime asks of an executor.
extension SocketThread {
    /// Queues a job of an actor that runs here. See `stop()` for jobs that come late.
    public func enqueue(_ job: consuming ExecutorJob) {
        enqueue(.job(UnownedJob(job)))
    }

    /// For `unownedExecutor`. The actor must keep the thread alive, as by a stored property.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Stops the program when called off the thread; lets `assumeIsolated` work in callbacks.
    public func checkIsolated() {
        precondition(isCurrent, "not on the thread \(name)")
    }

    /// Whether the calling thread is this one.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }
}
