import Foundation
import Records
import Replication

/// The shell of headquarters' `HeadquartersDownlink`, as the exchange server and the fold are.
extension SimulatedHeadquarters {
    /// Somebody decides something; where it cannot be written down, it is tried again.
    package func decide(_ decision: Decision) {
        guard let process else {
            return simulation.after(simulation.milliseconds(200...2000)) { [self] in decide(decision) }
        }
        do {
            let heads = try process.store.decide(decision)
            process.downlink?.grew(heads) { perform($0, process) }
        } catch {
            simulation.note("headquarters cannot write a decision down: \(error)")
            simulation.after(simulation.milliseconds(200...2000)) { [self] in decide(decision) }
        }
    }

    func perform(_ effect: HeadquartersDownlink<SimulatedStore>.Effect, _ process: Process) {
        guard process.isAlive else { return }
        switch effect {
        case .send(let batch, let site): process.exchange?.say(.down(batch), to: site) { perform($0, process) }
        case .renew(let site, let logEpoch):
            simulation.after(stall + simulation.milliseconds(1...40)) { [self] in renew(site, logEpoch, process) }
        case .failed(let site, let error):
            simulation.note("the downlink of \(site) failed: \(error)")
            retry(site, process)
        case .misbehaved(let site, let what): fleet.misbehaved(site, what)
        }
    }

    private func renew(_ site: SiteID, _ logEpoch: Epoch, _ process: Process) {
        guard process.isAlive else { return }
        do {
            let epoch = Epoch(using: &simulation.random)
            let outbox = try process.store.renewOutbox(of: site, epoch: epoch, logEpoch: logEpoch)
            simulation.note("the outbox of \(site) is begun anew")
            process.downlink?.renewed(site, outbox) { perform($0, process) }
        } catch {
            simulation.note("the outbox of \(site) cannot be begun: \(error)")
            process.downlink?.renewed(site, nil) { perform($0, process) }
            retry(site, process)
        }
    }

    private func retry(_ site: SiteID, _ process: Process) {
        simulation.after(.seconds(5)) { [self] in
            if process.isAlive { process.downlink?.retry(site) { perform($0, process) } }
        }
    }
}
