package import Foundation
package import Records

/// Connections between sites and headquarters that delay, lose, repeat and cut, and deliver what was under way long after a
/// cut, beside a newer connection.
package final class SimulatedNetwork {
    /// How it is on one site's way.
    package struct Weather {
        /// How long a frame is under way, in milliseconds.
        package var delay = 1...4
        /// Of each frame: it is lost for good, and with it everything behind it on its way, as TCP keeps the order. Nobody is
        /// told.
        package var loss = 0.0
        /// Of each frame: it comes once more, a little later.
        package var repetition = 0.0
        /// Of each frame: its connection is cut.
        package var cut = 0.0
        /// Of each frame: one of an earlier session comes once more behind it.
        package var replay = 0.0
        /// Of each attempt: nobody answers.
        package var refusal = 0.0
        /// How long the receiver takes for each frame before it looks at the next, in milliseconds.
        package var service = 0
        package var wall = Wall.none

        package init() {}
    }

    /// What does not come through.
    package enum Wall: String {
        case none
        /// Connections break, and nobody answers.
        case full
        /// Connections stay; what goes one way waits behind the wall, or is lost with all that follows.
        case toHeadquarters, toSite
        /// The same, both ways.
        case halfOpen
    }

    /// Both ends of one attempt to connect.
    package final class Connection {
        package let number: Int
        /// Whose key it shows.
        package let key: SiteID
        fileprivate(set) var isOpen = false
        /// Frames that were under way towards headquarters when the connection was cut come this much later; nil: never.
        fileprivate var lateness: Duration?
        fileprivate var toHeadquarters = Direction()
        fileprivate var toSite = Direction()
        /// Called at the site's end; nil once the site has closed it.
        package var onFrame: ((Data) -> Void)?
        package var onClosed: (() -> Void)?

        fileprivate init(number: Int, key: SiteID) { (self.number, self.key) = (number, key) }
    }

    fileprivate struct Direction {
        var lastArrival: Duration = .zero
        /// Under way.
        var frames = 0
        /// Waiting behind a wall.
        var held: [Data] = []
        /// Something was lost: nothing comes through any more.
        var isDead = false
    }

    private typealias Way = ReferenceWritableKeyPath<Connection, Direction>

    /// A socket that has so many frames under way takes no more.
    package static let mark = 1000
    /// Frames of earlier sessions that are kept for replay, of each site.
    private static let kept = 40

    /// Headquarters' end of all connections; nil while it is down.
    package var listener: ((Connection, Data) -> Void)?
    package private(set) var weather: [SiteID: Weather] = [:]
    private let simulation: Simulation
    private var open: [Connection] = []
    private var count = 0
    private var recorded: [SiteID: [Data]] = [:]

    package init(_ simulation: Simulation) { self.simulation = simulation }

    /// Tries to connect; `answer` comes later and says whether it worked, or not at all.
    package func connect(as key: SiteID, _ answer: @escaping (Bool) -> Void) -> Connection {
        count += 1
        let connection = Connection(number: count, key: key)
        let weather = weather(of: key)
        let isRefused = simulation.chance(weather.refusal) || weather.wall == .full
        guard weather.wall == .none || weather.wall == .full else { return connection }
        simulation.after(simulation.milliseconds(weather.delay)) { [self] in
            guard connection.onFrame != nil else { return }
            guard !isRefused, listener != nil else { return answer(false) }
            connection.isOpen = true
            open.append(connection)
            answer(true)
        }
        return connection
    }

    /// False when the socket takes nothing.
    package func sendToHeadquarters(_ frame: Data, over connection: Connection) -> Bool {
        guard connection.isOpen else { return true }
        let weather = weather(of: connection.key)
        guard connection.toHeadquarters.frames < Self.mark else { return false }
        record(frame, connection.key)
        send(frame, connection, \.toHeadquarters)
        if simulation.chance(weather.replay),
            let old = recorded[connection.key]?.randomElement(using: &simulation.random)
        {
            send(old, connection, \.toHeadquarters)
        }
        if simulation.chance(weather.cut) { cut(connection) }
        return true
    }

    /// False when the socket takes nothing, or the peer is gone.
    package func sendToSite(_ frame: Data, over connection: Connection) -> Bool {
        guard connection.isOpen, connection.toSite.frames < Self.mark else { return false }
        send(frame, connection, \.toSite)
        if simulation.chance(weather(of: connection.key).cut) { cut(connection) }
        return true
    }

    private func send(_ frame: Data, _ connection: Connection, _ way: Way) {
        let weather = weather(of: connection.key)
        if simulation.chance(weather.loss) { connection[keyPath: way].isDead = true }
        guard !connection[keyPath: way].isDead else { return }
        let isBlocked =
            switch weather.wall {
            case .none, .full: false
            case .toHeadquarters: way == \.toHeadquarters
            case .toSite: way == \.toSite
            case .halfOpen: true
            }
        if isBlocked, connection[keyPath: way].held.isEmpty, simulation.chance(0.5) {
            connection[keyPath: way].isDead = true
        } else if isBlocked {
            connection[keyPath: way].held.append(frame)
        } else {
            deliver(frame, connection, way, weather)
        }
    }

    private func arrive(_ frame: Data, _ connection: Connection, _ way: Way) {
        if way == \.toSite {
            if connection.isOpen { connection.onFrame?(frame) }
        } else if connection.isOpen {
            listener?(connection, frame)
        } else if let lateness = connection.lateness {
            simulation.after(lateness) { [self] in listener?(connection, frame) }
        }
    }

    /// A frame that this site sent, with one bit turned over; nil before it sent any. Of three that are drawn the longest, as
    /// there are many short ones and those that carry entries matter most.
    package func tampered(_ site: SiteID) -> Data? {
        let drawn = (0..<3).compactMap { _ in recorded[site]?.randomElement(using: &simulation.random) }
        guard var frame = drawn.max(by: { $0.count < $1.count }), !frame.isEmpty else { return nil }
        frame[simulation.number(0...frame.count - 1)] ^= UInt8(1 << simulation.number(0...7))
        return frame
    }

    /// Ends a connection. The site may learn of it, or must find out by silence.
    package func cut(_ connection: Connection) {
        guard connection.isOpen else { return }
        connection.isOpen = false
        open.removeAll { $0 === connection }
        if simulation.chance(0.5) { connection.lateness = simulation.milliseconds(0...4000) }
        let knows = simulation.chance(0.7)
        simulation.note("connection \(connection.number) of \(connection.key) cut\(knows ? "" : ", unnoticed")")
        if knows { simulation.after(.milliseconds(1)) { connection.onClosed?() } }
    }

    /// The site closes its end.
    package func close(_ connection: Connection) {
        (connection.onFrame, connection.onClosed) = (nil, nil)
        if connection.isOpen, simulation.chance(0.5) { connection.lateness = simulation.milliseconds(0...4000) }
        connection.isOpen = false
        open.removeAll { $0 === connection }
    }

    /// Headquarters died: its end of every connection is gone.
    package func cutAll() {
        listener = nil
        for connection in open { cut(connection) }
    }

    /// The weather on a site's way changes; a full wall breaks its connections, and what waited behind another one comes when
    /// it falls.
    package func change(_ site: SiteID, _ body: (inout Weather) -> Void) {
        body(&weather[site, default: Weather()])
        for connection in open where connection.key == site {
            if weather(of: site).wall == .full { cut(connection) } else { release(connection) }
        }
    }

    /// Fair weather everywhere.
    package func clear() {
        weather = [:]
        for connection in open { release(connection) }
    }

    private func release(_ connection: Connection) {
        for way in [\.toHeadquarters, \.toSite] as [Way] {
            let held = connection[keyPath: way].held
            connection[keyPath: way].held = []
            for frame in held { send(frame, connection, way) }
        }
    }

    private func weather(of site: SiteID) -> Weather { weather[site] ?? Weather() }

    private func deliver(
        _ frame: Data, _ connection: Connection, _ way: Way, _ weather: Weather
    ) {
        let earliest = connection[keyPath: way].lastArrival + .milliseconds(weather.service)
        let arrival = max(earliest, simulation.now + simulation.milliseconds(weather.delay))
        connection[keyPath: way].lastArrival = arrival
        connection[keyPath: way].frames += 1
        simulation.after(arrival - simulation.now) { [self] in
            connection[keyPath: way].frames -= 1
            arrive(frame, connection, way)
        }
        guard simulation.chance(weather.repetition) else { return }
        simulation.after(arrival - simulation.now + simulation.milliseconds(0...200)) { [self] in
            arrive(frame, connection, way)
        }
    }

    private func record(_ frame: Data, _ site: SiteID) {
        var frames = recorded[site] ?? []
        if frames.count < Self.kept {
            frames.append(frame)
        } else if simulation.chance(0.2) {
            frames[simulation.number(0...Self.kept - 1)] = frame
        }
        recorded[site] = frames
    }
}
