internal import CZeroMQ
internal import Glibc

/// A POSIX thread with a name, off Swift's cooperative pool, where blocking is allowed.
enum NativeThread {
    /// Starts `body` on a thread of its own.
    ///
    /// - Returns: the thread, to be joined once unless it is detached.
    /// - Throws: `EAGAIN` when the system has no thread to give.
    @discardableResult
    static func start(
        name: String, detached: Bool = false, _ body: @escaping @Sendable () -> Void
    ) throws(ZeroMQError) -> pthread_t {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                // The box retained above; this closure runs once, and without an argument never.
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                czmq_name_current_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw .call(function: "pthread_create", endpoint: nil, errno: result)
        }
        if detached { pthread_detach(thread) }
        return thread
    }

    /// What the kernel keeps of a thread's name: whole characters within 15 bytes.
    static func kernelName(_ name: String) -> String {
        var name = name
        while name.utf8.count > 15 { name.removeLast() }
        return name
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = NativeThread.kernelName(name)
            self.body = body
        }
    }
}
