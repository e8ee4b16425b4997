import Foundation
import Logging
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// The sites' side of the exchange: greetings, batches, commits, acknowledgements.
extension ExchangeServer {
    func handle(_ message: Exchange, from site: RegisteredSite, _ route: Route) {
        if case .hello(let hello) = message.body {
            guard let key = LogVerifyingKey(hexadecimal: site.signingKey) else {
                logger.error("the registered signing key cannot be read", metadata: ["site": "\(site.id)"])
                return
            }
            do {
                let token = try sessions.next(of: greeting.epoch)
                var receiver = SiteReceiver(
                    site: site.id, durable: receivers[site.id]?.durable ?? stored[site.id] ?? [:], verifyingKeys: [key],
                    receiptKey: receiptKey)
                var effects = receiver.hello(hello, token: token, headquarters: greeting, at: SystemClock.moment)
                do {
                    try begin(effects, of: site.id)
                } catch {
                    logger.error("a new log cannot be noted", metadata: ["site": "\(site.id)", "error": "\(error)"])
                    effects = receiver.commitFailed(error.isDiskFull ? .diskFull : .overload, "its log cannot be begun")
                }
                receivers[site.id] = receiver
                routes[site.id] = route
                peers[route]?.site = site.id
                perform(effects, for: site.id, route)
                logger.info("a site greeted", metadata: ["site": "\(site.id)", "program": "\(hello.programVersion)"])
            } catch {
                logger.error("a session cannot be opened", metadata: ["site": "\(site.id)", "error": "\(error)"])
            }
            return
        }
        guard routes[site.id] == route, var receiver = receivers[site.id] else {
            // A connection that did not greet, or that another one of the same site replaced.
            var reset = Exchange()
            reset.reset.detail = "greet first"
            send(reset, to: route)
            return
        }
        let effects = receiver.receive(message, at: SystemClock.moment)
        receivers[site.id] = receiver
        perform(effects, for: site.id, route)
    }

    func perform(_ effects: [SiteReceiver.Effect], for site: SiteID, _ route: Route) {
        for effect in effects {
            switch effect {
            case .send(let message): send(message, to: route)
            case .commit(let batch): commit(batch, route)
            case .compare(let position): compare(position, site, route)
            case .newEpoch: break  // noted in `begin`, before the welcome goes out
            case .heard(let until): contacts.heard(site, until: until)
            case .misbehaved(let what):
                counters.misbehaviour += 1
                logger.warning("a site misbehaved", metadata: ["site": "\(site)", "what": "\(what)"])
            }
        }
    }

    /// Makes logs that were not known before durable, so that their first batch finds them.
    func begin(_ effects: [SiteReceiver.Effect], of site: SiteID) throws(StorageError) {
        for effect in effects {
            guard case .newEpoch(let epoch, let parent) = effect else { continue }
            try store.begin(epoch, of: site, parent: parent)
            logger.notice("a new log", metadata: ["site": "\(site)", "epoch": "\(epoch)"])
        }
    }

    func commit(_ batch: SiteReceiver.StagedBatch, _ route: Route) {
        counters.batches += 1
        counters.entries += batch.slice.entries.count
        store.append(batch, receivedAt: SystemClock.wall) { [weak self] outcome in
            guard let self else { return }
            if case .committed = outcome { onCommit() }
            thread.perform { self.assumeIsolated { $0.stored(outcome, batch.site, route) } }
        }
    }

    func stored(_ outcome: RecordStore.Outcome, _ site: SiteID, _ route: Route) {
        guard var receiver = receivers[site] else { return }
        let effects: [SiteReceiver.Effect]
        switch outcome {
        case .committed(let position): effects = receiver.committed(position)
        case .conflict(_, _, let stored): effects = receiver.conflicted(at: stored)
        case .failed(_, _, let error):
            logger.error("storing entries", metadata: ["site": "\(site)", "error": "\(error)"])
            effects = receiver.commitFailed(error.isDiskFull ? .diskFull : .overload, "it could not be stored")
        }
        receivers[site] = receiver
        if let current = routes[site] { perform(effects, for: site, current) }
    }

    func compare(_ position: LogPosition, _ site: SiteID, _ route: Route) {
        guard var receiver = receivers[site] else { return }
        do {
            let effects = receiver.compared(try store.hash(at: position, of: site))
            receivers[site] = receiver
            perform(effects, for: site, route)
        } catch {
            logger.error("reading the store", metadata: ["site": "\(site)", "error": "\(error)"])
            let effects = receiver.commitFailed(.overload, "the stored log cannot be read now")
            receivers[site] = receiver
            perform(effects, for: site, route)
        }
    }
}
