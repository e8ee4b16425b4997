import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// HTTP/1.1 whose requests are answered on the connection's own event loop, so that a record changes threads only where it
/// must: to the log's writer and back. Learns who is at the other end, once for each connection.
struct LoopChannel: ServerChildChannel {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let http: HTTP1Channel

    init(_ http: HTTP1Channel) { self.http = http }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        http.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            guard let peer = try? await ConnectionPeer(value.channel) else {
                // A connection that is gone already has no peer; nothing is answered. NIO insists on an orderly end.
                try? await value.executeThenClose { _, _ in }
                return
            }
            await ConnectionPeer.$current.withValue(peer) { await http.handle(value: value, logger: logger) }
        }
    }
}

/// Runs tasks on an event loop.
private final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
