import Foundation
import Platform
import Records
import Replication
import Synchronization
import ZeroMQ

/// What the sites of one process have in common; counted from their threads.
final class FleetTally: Sendable {
    private let state = Mutex(State())
    private let total: Int

    private struct State {
        var live = 0
        var latencies: [Double] = []
        var failures: [String: Int] = [:]
    }

    init(total: Int) { self.total = total }

    /// Says so when all are live.
    func noteLive(_ change: Int) {
        let isComplete = state.withLock { state in
            state.live += change
            return change > 0 && state.live == total
        }
        if isComplete { say("all \(SystemClock.moment.uptime / .seconds(1))") }
    }

    func note(latency: Duration) { state.withLock { $0.latencies.append(latency / .milliseconds(1)) } }
    func noteFailure(_ reason: String) { state.withLock { $0.failures[reason, default: 0] += 1 } }

    var live: Int { state.withLock { $0.live } }

    /// The latencies since the last call, in milliseconds; and the failures.
    func take() -> (latencies: [Double], failures: [String: Int]) {
        state.withLock { state in
            defer { (state.latencies, state.failures) = ([], [:]) }
            return (state.latencies, state.failures)
        }
    }
}

/// A thread with some of the fleet's sites: thousands of sockets on one thread would cost a look at each for every message.
actor FleetLane {
    nonisolated let thread: SocketThread
    nonisolated let context: Context
    nonisolated let endpoint: String
    nonisolated let headquarters: CurvePublicKey
    nonisolated let tally: FleetTally
    private var sites: [FleetSite] = []
    private var writing: TimerID?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ number: Int, endpoint: String, headquarters: CurvePublicKey, context: Context, tally: FleetTally) throws {
        thread = try SocketThread(name: "lane-\(number)")
        self.context = context
        self.endpoint = endpoint
        self.headquarters = headquarters
        self.tally = tally
    }

    func start(_ identities: [FleetIdentity]) throws {
        for identity in identities {
            let site = try FleetSite(
                SiteID(identity.site), keys: CurveKeyPair(secretKey: CurveSecretKey(z85: identity.curve)),
                signingKey: identity.signingKey, lane: self)
            sites.append(site)
            site.start()
        }
    }

    /// The first `count` sites write `notes` down at once.
    func writeAtOnce(_ notes: Int, sites count: Int) { for site in sites.prefix(count) { site.write(notes) } }

    /// The last `count` sites write one note down, over and over; how long each waits for its acknowledgement is measured.
    func writeSteadily(sites count: Int, every pause: Duration) {
        for site in sites.suffix(count) where site.isLive { site.writeMeasured() }
        writing = thread.schedule(after: pause) { [unowned self] in
            assumeIsolated { $0.writeSteadily(sites: count, every: pause) }
        }
    }

    func stopWriting() { if let writing { thread.cancel(writing) } }

    /// Notes that headquarters lacks.
    var lag: Int { sites.reduce(0) { $0 + Int($1.log.head.sequence.value - $1.log.acknowledged.value) } }
}

/// One site's keys, as the fleet's file holds them: one a line.
struct FleetIdentity: Codable, Sendable {
    var site: String
    /// Z85 of the secret CURVE key.
    var curve: String
    /// Hexadecimal digits of the signing key.
    var signing: String

    var signingKey: LogSigningKey { LogSigningKey(hexadecimal: signing) ?? LogSigningKey() }
}

/// Writes a line to standard output, at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
