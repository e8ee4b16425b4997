import Foundation
import Records
import Replication
import Simulation

/// A site's side, on a simulated disk, with a headquarters that says anything.
final class FuzzedSite {
    /// Entries of its log, to begin with.
    private static let entries = 40

    private let disk: SimulatedDisk<SimulatedLog.Volume>
    private let log: SimulatedLog
    private let exchange: SiteExchange<SimulatedLog>
    private var session = Data()

    /// Moves on when the site waits.
    private final class Clock {
        var moment = Moment(uptime: .zero, wall: Fixed.wall)
    }
    private let clock = Clock()

    init() {
        var random = SplitMix64(seed: 2)
        let first = MemoryLog(site: Fixed.site, epoch: Epoch(using: &random), entries: Self.entries)
        disk = SimulatedDisk(SimulatedLog.Volume(first))
        do {
            log = try SimulatedLog(on: disk, newEpoch: { Epoch(using: &random) })
        } catch {
            preconditionFailure("a sound disk failed: \(error)")
        }
        let session = SiteSession(
            site: Fixed.site, epochs: log.extents, signingKey: Fixed.signingKey, boot: Epoch(using: &random), seed: 1,
            programVersion: "fuzzed", memory: log.sessionMemory)
        exchange = SiteExchange(session, log: log, clock: { [clock] in clock.moment })
        log.onAcknowledged = { [disk] position in
            let own = disk.durable.log(position.epoch)?.hash(at: position.sequence)
            insist(own == position.hash, "believed an acknowledgement of what is not its own")
        }
    }

    func take(_ message: Exchange, _ frame: FuzzedFrame) {
        greet()
        exchange.handle(.received(frame.isMended ? mended(message) : message), perform)
    }

    /// Waits as long as the site rests, and greets.
    private func greet() {
        exchange.handle(.tick, perform)
        guard !exchange.session.isLive else { return }
        clock.moment = Moment(uptime: clock.moment.uptime + .seconds(3600), wall: clock.moment.wall + .seconds(3600))
        exchange.handle(.tick, perform)
    }

    /// The same about this log, signed by headquarters.
    private func mended(_ message: Exchange) -> Exchange {
        var message = message
        switch message.body {
        case .welcome(var welcome):
            let said = welcome.durable
            welcome.durable = log.extents.enumerated().map { index, extent in
                mended(index < said.count ? said[index] : .init(), of: extent.head.epoch)
            }
            welcome.version = 1
            welcome.receiptKey = Data(Fixed.receiptKey.verifyingKey.bytes)
            if welcome.session.isEmpty { welcome.session = Data("a session".utf8) }
            session = welcome.session
            message.welcome = welcome
        case .acknowledgement(var acknowledgement):
            message.session = session
            acknowledgement.durable = mended(acknowledgement.durable, of: log.head.epoch)
            if let position = LogPosition(acknowledgement.durable),
                let signature = try? Fixed.receiptKey.sign(.acknowledgement, site: Fixed.site, position: position)
            {
                acknowledgement.signature = signature
            }
            message.acknowledgement = acknowledgement
        case .located(var located):
            message.session = session
            located.epoch = log.head.epoch.data
            message.located = located
        case .pong(var pong):
            message.session = session
            pong.durable = mended(pong.durable, of: log.head.epoch)
            message.pong = pong
        default: message.session = session
        }
        return message
    }

    /// Of an epoch of this log; with its hash where it has that entry.
    private func mended(_ said: Position, of epoch: Epoch) -> Position {
        var said = said
        said.epoch = epoch.data
        if let hash = disk.current.log(epoch)?.hash(at: SequenceNumber(said.sequence)) { said.hash = hash.data }
        return said
    }

    private func perform(_ effect: SiteExchange<SimulatedLog>.Effect) -> SiteSession.Event? {
        switch effect {
        case .connect: return .connected
        case .send(let message):
            insist(message.frame().count <= ReplicationProtocol.greatestMessage, "a message that is too long")
        case .unreadable(let error): insist(false, "a sound log could not be read: \(error)")
        default: break
        }
        return nil
    }

    /// Nothing that it recorded is gone.
    func judge() {
        var held: Set<Data> = []
        for epoch in disk.durable.epochs {
            insist(epoch.firstFault == nil, "its own chain does not fit")
            for entry in epoch.entries { held.insert(entry.facts) }
        }
        insist(held.count == Self.entries, "\(held.count) entries are left of \(Self.entries)")
    }
}
