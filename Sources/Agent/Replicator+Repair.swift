import Logging
package import Records
import Replication
import Storage

/// Damaged entries: what headquarters has of them, and what it cannot read.
extension Replicator {
    /// Asks headquarters for its copies of these entries, if it can be asked now.
    package func fetch(_ range: EntryRange) { handle(.say(.fetch(Exchange.Fetch(range)))) }

    func mend(with slice: LogSlice) {
        do {
            let mended = try log.mend(with: slice)
            guard mended > 0 else { return }
            logger.notice(
                "damaged entries were fetched from headquarters",
                metadata: ["epoch": "\(slice.epoch)", "first": "\(slice.first)", "entries": "\(mended)"])
        } catch {
            logger.error("mending damaged entries", metadata: ["error": "\(error)"])
        }
    }

    func take(_ quarantine: Exchange.Quarantine) {
        guard let epoch = Epoch(bytes: quarantine.epoch) else { return }
        guard quarantined.updateValue(quarantine.count, forKey: epoch) != quarantine.count, quarantine.count > 0 else {
            return
        }
        logger.warning(
            "headquarters stored entries whole and cannot read them; they are counted when it can",
            metadata: [
                "epoch": "\(epoch)", "entries": "\(quarantine.count)",
                "first": "\(quarantine.ranges.first?.first ?? 0)",
            ])
    }
}
