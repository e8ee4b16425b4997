internal import CZeroMQ
internal import Glibc

/// The sockets and descriptors that a thread waits for. Used on that thread only.
final class PollSet {
    private enum Source {
        case socket(Socket)
        case descriptor(CInt)
    }

    private final class Entry {
        let source: Source
        let onReadable: () -> Void
        /// Wanted once; then the poll asks for it no more.
        var onWritable: (() -> Void)?
        /// Cleared on removal, for a turn that is under way.
        var isRegistered = true

        init(_ source: Source, _ onReadable: @escaping () -> Void) {
            self.source = source
            self.onReadable = onReadable
        }
    }

    /// `items[0]` is the wake-up, `items[n + 1]` belongs to `entries[n]`; out of step while `isStale`.
    private var entries: [Entry] = []
    private var items: [zmq_pollitem_t] = []
    private var isStale = true
    private let wakeup: CInt

    init(wakeup: CInt) {
        self.wakeup = wakeup
    }

    func add(_ socket: Socket, onReadable: @escaping () -> Void) {
        add(Entry(.socket(socket), onReadable))
    }

    func add(descriptor: CInt, onReadable: @escaping () -> Void) {
        add(Entry(.descriptor(descriptor), onReadable))
    }

    func remove(_ socket: Socket) {
        remove { if case .socket(let other) = $0.source { other === socket } else { false } }
    }

    func remove(descriptor: CInt) {
        remove { if case .descriptor(let other) = $0.source { other == descriptor } else { false } }
    }

    /// Calls `onWritable` once; in place of an earlier one that has not been called yet.
    func await(writable socket: Socket, _ onWritable: @escaping () -> Void) {
        for entry in entries {
            if case .socket(let other) = entry.source, other === socket { entry.onWritable = onWritable }
        }
        isStale = true
    }

    func removeAll() -> [Socket] {
        let sockets = entries.compactMap { if case .socket(let socket) = $0.source { socket } else { nil } }
        remove { _ in true }
        return sockets
    }

    /// Waits. Gives whether the wake-up was signalled, and the callbacks to make: one for each readable source.
    func wait(milliseconds: Int) -> (signalled: Bool, ready: [() -> Void]) {
        if isStale { rebuild() }
        let result = items.withUnsafeMutableBufferPointer { items in
            zmq_poll(items.baseAddress, CInt(items.count), milliseconds)
        }
        if result < 0 {
            // A context refuses to close while a socket is open, and a socket leaves here before it closes, so nothing
            // but a signal can interrupt the poll.
            precondition(zmq_errno() == EINTR, "\(ZeroMQError.last("zmq_poll"))")
            return (true, [])
        }
        guard result > 0 else { return (false, []) }
        var ready: [() -> Void] = []
        for (entry, item) in zip(entries, items.dropFirst()) where item.revents != 0 {
            if item.revents & CShort(ZMQ_POLLOUT) != 0, let onWritable = entry.onWritable {
                entry.onWritable = nil
                isStale = true
                ready.append { if entry.isRegistered { onWritable() } }
            }
            if item.revents & ~CShort(ZMQ_POLLOUT) != 0 {
                ready.append { if entry.isRegistered { entry.onReadable() } }
            }
        }
        return (items[0].revents != 0, ready)
    }

    private func add(_ entry: Entry) {
        entries.append(entry)
        isStale = true
    }

    private func remove(where matches: (Entry) -> Bool) {
        for entry in entries where matches(entry) { entry.isRegistered = false }
        entries.removeAll { !$0.isRegistered }
        isStale = true
    }

    private func rebuild() {
        items = [zmq_pollitem_t(socket: nil, fd: wakeup, events: CShort(ZMQ_POLLIN), revents: 0)]
        for entry in entries {
            switch entry.source {
            case .socket(let socket):
                // A socket leaves its poll set before it closes, so it is open here.
                let handle = try? socket.openHandle
                let events = ZMQ_POLLIN | (entry.onWritable == nil ? 0 : ZMQ_POLLOUT)
                items.append(zmq_pollitem_t(socket: handle, fd: -1, events: CShort(events), revents: 0))
            case .descriptor(let descriptor):
                items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: CShort(ZMQ_POLLIN), revents: 0))
            }
        }
        isStale = false
    }
}
