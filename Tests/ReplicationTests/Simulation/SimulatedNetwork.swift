import Foundation
import Records
import Replication

/// Connections that delay, cut, repeat, and deliver what was under way long after a cut, beside a newer connection.
final class SimulatedNetwork {
    /// How often something goes wrong.
    struct Faults {
        /// Of each frame: its connection is cut.
        var cut = 0.0
        /// Of each frame: it comes twice.
        var repetition = 0.0
        /// Of each attempt: nobody answers.
        var refusal = 0.0
        /// How long a frame is under way.
        var delay = 1...4

        static let none = Faults()
    }

    /// Both ends of one attempt to connect.
    final class Connection {
        let number: Int
        let site: SiteID
        fileprivate(set) var isOpen = true
        /// Frames that were under way towards headquarters when the connection was cut come this much later; nil: never.
        fileprivate var lateness: Duration?
        fileprivate var lastArrival: (headquarters: Duration, site: Duration) = (.zero, .zero)
        /// Called at the site's end; nil once the site has closed it.
        var onFrame: ((Data) -> Void)?
        var onClosed: (() -> Void)?

        fileprivate init(number: Int, site: SiteID) { (self.number, self.site) = (number, site) }
    }

    var faults = Faults.none
    /// Headquarters' end of all connections; nil while it is down.
    var listener: ((Connection, Data) -> Void)?
    private let simulation: Simulation
    private var open: [Connection] = []
    private var count = 0

    init(_ simulation: Simulation) { self.simulation = simulation }

    /// Tries to connect; `answer` comes later and says whether it worked.
    func connect(from site: SiteID, _ answer: @escaping (Bool) -> Void) -> Connection {
        count += 1
        let connection = Connection(number: count, site: site)
        let works = !simulation.chance(faults.refusal)
        simulation.after(simulation.milliseconds(faults.delay)) { [self] in
            guard connection.onFrame != nil else { return }
            guard works, listener != nil else { return answer(false) }
            open.append(connection)
            answer(true)
        }
        return connection
    }

    func sendToHeadquarters(_ frame: Data, over connection: Connection) {
        guard connection.isOpen else { return }
        let arrival = max(connection.lastArrival.headquarters, simulation.now + simulation.milliseconds(faults.delay))
        connection.lastArrival.headquarters = arrival
        deliver(times: simulation.chance(faults.repetition) ? 2 : 1, at: arrival) { [self] in
            if connection.isOpen { return listener?(connection, frame) ?? () }
            guard let lateness = connection.lateness else { return }
            simulation.after(lateness) { [self] in listener?(connection, frame) }
        }
        if simulation.chance(faults.cut) { cut(connection) }
    }

    func sendToSite(_ frame: Data, over connection: Connection) {
        guard connection.isOpen else { return }
        let arrival = max(connection.lastArrival.site, simulation.now + simulation.milliseconds(faults.delay))
        connection.lastArrival.site = arrival
        deliver(times: simulation.chance(faults.repetition) ? 2 : 1, at: arrival) {
            if connection.isOpen { connection.onFrame?(frame) }
        }
        if simulation.chance(faults.cut) { cut(connection) }
    }

    /// Ends a connection. The site may learn of it, or must find out by silence.
    func cut(_ connection: Connection) {
        guard connection.isOpen else { return }
        connection.isOpen = false
        open.removeAll { $0 === connection }
        if simulation.chance(0.5) { connection.lateness = simulation.milliseconds(0...4000) }
        let knows = simulation.chance(0.7)
        simulation.note("connection \(connection.number) of \(connection.site) cut\(knows ? "" : ", unnoticed")")
        if knows { simulation.after(.milliseconds(1)) { connection.onClosed?() } }
    }

    /// The site closes its end.
    func close(_ connection: Connection) {
        (connection.onFrame, connection.onClosed) = (nil, nil)
        if connection.isOpen, simulation.chance(0.5) { connection.lateness = simulation.milliseconds(0...4000) }
        connection.isOpen = false
        open.removeAll { $0 === connection }
    }

    /// Headquarters died: its end of every connection is gone.
    func cutAll() {
        listener = nil
        for connection in open { cut(connection) }
    }

    private func deliver(times: Int, at arrival: Duration, _ body: @escaping () -> Void) {
        for _ in 0..<times { simulation.after(arrival - simulation.now, body) }
    }
}
