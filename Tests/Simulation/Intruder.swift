import Foundation
package import Records
import Replication

/// Somebody who does not keep to the protocol.
package struct Intrusion: CustomStringConvertible {
    package enum Kind: String, CaseIterable {
        /// Bytes that are no message.
        case garbage
        case empty
        case oversized
        /// A message of the site with a bit turned over.
        case tampered
        /// One site's key, greeting as another.
        case impostor
        /// Greets as itself, and sends entries of the other's log.
        case foreignLog
        /// The site's transport key without its signing key: greets as the site and sends entries of its own making.
        case forger
        /// A key that nobody registered.
        case stranger
        /// A copy of the site's whole disk: goes on from its last session, and sends another entry for a place that
        /// headquarters has.
        case twin
    }

    package var kind: Kind
    /// Whose key is used.
    package var site: SiteID
    /// Whose log is meant.
    package var victim: SiteID

    init(kind: Kind, of site: SiteID, against victim: SiteID) {
        (self.site, self.victim) = (site, victim)
        // A site against itself, with both its keys, would be that site.
        self.kind = (kind == .foreignLog || kind == .impostor) && site == victim ? .forger : kind
    }

    /// Whether it sends entries once it is welcome.
    fileprivate var sends: Bool { [.impostor, .foreignLog, .forger, .twin].contains(kind) }

    package var description: String { "\(kind.rawValue) with \(site)'s key against \(victim)" }
}

/// Carries an intrusion out, over a connection of its own.
struct Intruder {
    /// Whose key signs what an intruder makes up; registered nowhere.
    static let key = LogSigningKey(bytes: [UInt8](repeating: 254, count: 32))!
    static let stranger = try! SiteID("X9")  // these are always a key and a site

    let intrusion: Intrusion
    let fleet: Fleet
    /// Of the site whose key is used, as it has it.
    let own: MemoryLog
    /// Of the site that is meant, as it has it.
    let victim: MemoryLog
    /// Of the site whose key is used, as headquarters has it.
    let stored: MemoryLog?
    /// What the site whose key is used remembers of its sessions.
    let session: SessionMemory

    func begin() {
        let site = intrusion.kind == .stranger ? Self.stranger : intrusion.site
        var route: SimulatedNetwork.Connection?
        let connection = fleet.network.connect(as: site) { works in
            guard works, let route else { return }
            for frame in opening { _ = fleet.network.sendToHeadquarters(frame, over: route) }
        }
        route = connection
        connection.onFrame = { frame in
            guard let message = try? frame.withUnsafeBytes({ try Exchange(frame: $0) }),
                case .welcome = message.body
            else { return }
            for forged in forgeries(in: message.session) {
                _ = fleet.network.sendToHeadquarters(forged, over: connection)
            }
        }
        fleet.simulation.after(.seconds(20)) { fleet.network.close(connection) }
    }

    private var opening: [Data] {
        switch intrusion.kind {
        case .garbage: [Data((0..<200).map { _ in UInt8(fleet.simulation.number(0...255)) })]
        case .empty: [Data()]
        case .oversized: [Data(count: ReplicationProtocol.greatestMessage + 1)]
        case .tampered: [fleet.network.tampered(intrusion.site)].compactMap { $0 }
        case .impostor, .stranger: [hello(as: intrusion.victim, victim.head).frame()]
        case .foreignLog, .forger, .twin: [hello(as: intrusion.site, own.head).frame()]
        }
    }

    private func hello(as site: SiteID, _ head: LogPosition) -> Exchange {
        var message = Exchange()
        message.hello.versionMin = ReplicationProtocol.versions.lowerBound
        message.hello.versionMax = ReplicationProtocol.versions.upperBound
        message.hello.site = site.text
        var range = EpochRange()
        range.head = head.message
        range.first = 1
        message.hello.epochs = [range]
        message.hello.boot = Data(repeating: 1, count: 16)
        if intrusion.kind == .twin {
            message.hello.lastSession = session.token
            message.hello.lastHeadquartersEpoch = session.headquartersEpoch
            message.hello.attempt = 1
        }
        message.hello.clock = SimulatedClock.beginning.milliseconds
        return message
    }

    /// Entries that nobody issued.
    private func forgeries(in session: Data) -> [Data] {
        let (log, site, key) =
            switch intrusion.kind {
            // A site's whole server may be in the wrong hands; so may its transport key alone.
            case .impostor, .foreignLog: (victim, intrusion.victim, fleet.key(of: intrusion.site))
            case .forger: (own, intrusion.site, Self.key)
            case .twin: (stored ?? own, intrusion.site, fleet.key(of: intrusion.site))
            case .garbage, .empty, .oversized, .tampered, .stranger: (own, intrusion.site, Self.key)
            }
        // Where nothing is stored yet, who comes first with both keys is the site.
        guard intrusion.kind != .twin || stored != nil else { return [] }
        // Where the log goes on; a twin tells its last entry otherwise.
        let place = intrusion.kind == .twin ? Int64(log.head.sequence.value) - 1 : Int64(log.head.sequence.value)
        guard place >= 0, intrusion.sends else { return [] }
        let before = log.position(UInt64(place))
        let entry = Entry.test("\(site) forged", padding: 10)
        guard let leaf = LogChain.leaf(entry) else { return [] }
        let last = LogChain.next(after: before.hash, sequence: before.sequence.next, leaf: leaf)
        let slice = LogSlice(
            epoch: log.epoch, first: before.sequence.next, previous: before.hash, entries: [entry], last: last)
        // One that cannot be signed is not sent.
        guard let batch = try? Exchange.Batch(slice, site: site, key: key) else { return [] }
        var message = Exchange()
        message.session = session
        message.data = batch
        return [message.frame()]
    }
}
