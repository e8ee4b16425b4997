import Records
import Replication

/// The shell of the site's `InboxReceiver`, as the agent's replicator is.
extension SimulatedSite {
    func perform(_ effects: [InboxReceiver.Effect], _ process: Process) -> SiteSession.Event? {
        var answer: SiteSession.Event?
        for effect in effects {
            switch effect {
            case .send(let message): answer = .say(.downAcknowledgement(message))
            case .store(let slice):
                guard reach(.inboxStore, process) else { return nil }
                if fleet.lie == .downAcknowledgedBeforeSync { told(slice.end, slice.end, process) }
                simulation.after(stall + simulation.milliseconds(1...20)) { [self] in store(slice, process) }
            case .refused(let what):
                fleet.ledger.broken("\(site) refuses what headquarters handed on: \(what)")
            }
        }
        return answer
    }

    /// Writes, and a little later synchronizes.
    private func store(_ slice: LogSlice, _ process: Process) {
        guard process.isAlive else { return }
        inboxDisk.condition = disk.condition
        do throws(DiskFailure) {
            if process.isInboxSuspect { try inboxDisk.rewrite() }
            process.isInboxSuspect = false
            var inbox = inboxDisk.current
            guard inbox.append(slice, of: site) else {
                // A commit that failed may be found afterwards to be there all the same.
                return inbox.position.map { told(slice.end, $0, process) } ?? process.inbox.storingFailed()
            }
            try inboxDisk.write { [site] in _ = $0.append(slice, of: site) }
            guard reach(.inboxWritten, process) else { return }
            try inboxDisk.synchronize()
        } catch {
            simulation.note("\(site) cannot store what was handed on: \(error)")
            process.isInboxSuspect = true
            return process.inbox.storingFailed()
        }
        guard reach(.inboxSynchronized, process) else { return }
        if fleet.lie != .downAcknowledgedBeforeSync { told(slice.end, slice.end, process) }
    }

    private func told(_ end: LogPosition, _ position: LogPosition, _ process: Process) {
        if let event = perform(process.inbox.stored(upTo: end, durable: position), process) { handle(event, process) }
    }
}
