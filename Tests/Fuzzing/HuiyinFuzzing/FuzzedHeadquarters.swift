import Foundation
import Records
import Replication
import Simulation

/// Headquarters' side, on a simulated disk, with a site that says anything.
final class FuzzedHeadquarters {
    private typealias Step = HeadquartersExchange<SimulatedStore, Int>

    /// What the disk has yet to do.
    private final class Work {
        var waiting: [() -> Void] = []

        func finish() {
            while !waiting.isEmpty { waiting.removeFirst()() }
        }
    }

    private let disk: SimulatedDisk<SimulatedStore.Volume>
    private let store: SimulatedStore
    private let exchange: Step
    private let work = Work()
    private var session = Data()

    init() {
        var volume = SimulatedStore.Volume(epoch: Fixed.headquartersEpoch)
        volume.sessions = Fixed.session
        disk = SimulatedDisk(volume)
        var random = SplitMix64(seed: 1)
        do {
            store = try SimulatedStore(
                on: disk, newEpoch: { Epoch(using: &random) }, later: { [work] _, body in work.waiting.append(body) })
            exchange = try Step(
                store: store, greeting: Greeting(name: "fuzzed", epoch: Fixed.headquartersEpoch),
                receiptKey: Fixed.receiptKey, clock: { Moment(uptime: .seconds(100), wall: Fixed.wall) })
        } catch {
            preconditionFailure("a sound disk failed: \(error)")
        }
    }

    func take(_ message: Exchange, _ frame: FuzzedFrame) {
        let keys: SigningPeriods = [Fixed.signingKey.verifyingKey, Fixed.siteKey]
        exchange.receive(
            frame.isMended ? mended(message) : message, from: Fixed.site, keys: keys, over: 1, perform)
        if !frame.isDiskSlow { work.finish() }
    }

    /// A batch with a signature over its own entries, of the session that is open.
    private func mended(_ message: Exchange) -> Exchange {
        var message = message
        message.session = session
        guard case .data(var batch) = message.body, let epoch = Epoch(bytes: batch.epoch),
            let previous = ChainHash(bytes: batch.previousHash),
            batch.firstSequence > 0, batch.firstSequence < UInt64.max - UInt64(batch.entries.count)
        else { return message }
        let first = SequenceNumber(batch.firstSequence)
        guard let last = LogChain.hashes(of: batch.entries, after: previous, first: first)?.last else { return message }
        let slice = LogSlice(epoch: epoch, first: first, previous: previous, entries: batch.entries, last: last)
        guard let signature = try? Fixed.signingKey.sign(.batch, site: Fixed.site, position: slice.end) else {
            preconditionFailure("signing failed")  // it has no way to
        }
        batch.signature = signature
        message.data = batch
        return message
    }

    private func perform(_ effect: Step.Effect) {
        switch effect {
        case .send(let message, _): check(message)
        case .commit(let batch): store.append(batch) { [unowned self] in exchange.stored($0, perform) }
        case .open(let opening): store.open(opening) { [unowned self] in exchange.opened(opening, $0, perform) }
        default: break
        }
    }

    private func check(_ message: Exchange) {
        if case .welcome(let welcome) = message.body { session = welcome.session }
        guard case .acknowledgement(let acknowledgement) = message.body else { return }
        let position = LogPosition(acknowledgement.durable)
        let stored = position.flatMap { disk.durable.log($0.epoch, of: Fixed.site)?.hash(at: $0.sequence) }
        insist(stored != nil && stored == position?.hash, "acknowledged what is not durable")
    }

    /// What is stored is whole.
    func judge() {
        work.finish()
        for (site, logs) in disk.durable.logs {
            insist(site == Fixed.site, "a log of a site that was never let in")
            for log in logs { insist(log.firstFault == nil, "a chain that does not fit was stored") }
        }
    }
}
