internal import CZeroMQ
internal import Glibc

/// An eventfd that makes a sleeping poll return. Signals that nobody has taken yet count as one.
struct Wakeup: ~Copyable, Sendable {
    /// Readable while a signal waits.
    let fileDescriptor: CInt

    init() throws(ZeroMQError) {
        fileDescriptor = czmq_eventfd()
        if fileDescriptor < 0 { throw .last("eventfd") }
    }

    deinit {
        Glibc.close(fileDescriptor)
    }

    func signal() {
        // Fails only with EAGAIN, when 2^64 - 2 signals wait already; then the poll wakes anyhow.
        eventfd_write(fileDescriptor, 1)
    }

    func clear() {
        var signals: eventfd_t = 0
        // Fails only with EAGAIN, when there was no signal.
        eventfd_read(fileDescriptor, &signals)
    }
}
