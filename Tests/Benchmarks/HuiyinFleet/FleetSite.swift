import Foundation
import Platform
import Records
import Replication
import ZeroMQ

/// One site of the fleet: a real CURVE connection and the agent's own state machine. Lives on its lane's thread.
final class FleetSite {
    let log: FleetLog
    private(set) var isLive = false
    private let exchange: SiteExchange<FleetLog>
    private unowned let lane: FleetLane
    private let keys: CurveKeyPair
    private var connection: (socket: Socket, monitor: SocketMonitor)?
    private var timer: TimerID?
    /// When each measured note that is not acknowledged yet was written down.
    private var waiting: [(sequence: SequenceNumber, since: Duration)] = []

    init(_ site: SiteID, keys: CurveKeyPair, signingKey: LogSigningKey, lane: FleetLane) {
        var random = SystemRandomNumberGenerator()
        self.lane = lane
        self.keys = keys
        log = FleetLog(site: site, epoch: Epoch(using: &random))
        let session = SiteSession(
            site: site, epochs: log.extents, signingKey: signingKey, boot: Epoch(using: &random),
            seed: random.next(), programVersion: "fleet")
        exchange = SiteExchange(session, log: log, clock: { SystemClock.moment })
        log.onAcknowledged = { [unowned self] in acknowledged($0) }
    }

    func start() { handle(.appended(log.head)) }

    func write(_ count: Int) {
        var random = SystemRandomNumberGenerator()
        handle(.appended(log.append(count, at: SystemClock.wall, &random)))
    }

    /// Writes one note down, and measures how long it takes to be acknowledged.
    func writeMeasured() {
        waiting.append((log.head.sequence.next, SystemClock.moment.uptime))
        write(1)
    }

    private func acknowledged(_ sequence: SequenceNumber) {
        let now = SystemClock.moment.uptime
        while let first = waiting.first, first.sequence <= sequence {
            lane.tally.note(latency: now - first.since)
            waiting.removeFirst()
        }
    }

    private func handle(_ event: SiteSession.Event) {
        exchange.handle(event) { perform($0) }
        guard exchange.session.isLive != isLive else { return }
        isLive.toggle()
        lane.tally.noteLive(isLive ? 1 : -1)
    }

    private func perform(_ effect: SiteExchange<FleetLog>.Effect) -> SiteSession.Event? {
        switch effect {
        case .connect: return connect()
        case .disconnect: disconnect()
        case .send(let message): return send(message)
        case .wake(let uptime):
            if let timer { lane.thread.cancel(timer) }
            let delay = max(.zero, uptime - SystemClock.moment.uptime)
            timer = lane.thread.schedule(after: delay) { [unowned self] in handle(.tick) }
        default: break
        }
        return nil
    }

    private func connect() -> SiteSession.Event? {
        do {
            var options = Socket.Options()
            options.security = .curveClient(keys, serverKey: lane.headquarters)
            options.maxMessageSize = ReplicationProtocol.greatestMessage
            options.handshakeInterval = SiteSession.handshakePatience
            let socket = try Socket(lane.context, .dealer, options: options)
            let monitor = try SocketMonitor(socket)
            connection = (socket, monitor)
            monitor.deliver(on: lane.thread) { [unowned self] in saw($0) }
            lane.thread.register(socket) { [unowned self] in receive() }
            try socket.connect(to: lane.endpoint)
            return nil
        } catch {
            lane.tally.noteFailure("\(error)")
            return .closed("\(error)")
        }
    }

    private func disconnect() {
        guard let (socket, monitor) = connection else { return }
        connection = nil
        monitor.close()
        socket.close()
    }

    private func saw(_ event: SocketEvent) {
        switch event.kind {
        case .connected: handle(.reached)
        case .handshakeSucceeded: handle(.connected)
        case .handshakeFailedAuth, .handshakeFailedNoDetail, .handshakeFailedProtocol:
            lane.tally.noteFailure("\(event.kind)")
            handle(.closed("\(event.kind)"))
        case .disconnected, .closed: handle(.unreachable)
        default: break
        }
    }

    private func receive() {
        do {
            while let message = try connection?.socket.receive() {
                let exchange = try message.frames[0].withUnsafeBytes { bytes throws(MalformedMessage) in
                    try Exchange(frame: bytes)
                }
                handle(.received(exchange))
            }
        } catch {
            handle(.closed("\(error)"))
        }
    }

    private func send(_ message: Exchange) -> SiteSession.Event? {
        do {
            return try connection?.socket.send(Message(message.frame())) == .sent ? nil : .closed("it takes nothing")
        } catch {
            return .closed("\(error)")
        }
    }
}
