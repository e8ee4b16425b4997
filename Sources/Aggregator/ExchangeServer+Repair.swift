import Foundation
import Logging
import Records
import Replication
import Storage

/// Damaged entries, here and there, and entries that cannot be read here.
extension ExchangeServer {
    /// Asks sites for their copies of what is damaged here; those that are not there are asked when they come.
    func fetch(_ wanted: [SiteID: [EntryRange]]) {
        self.wanted = wanted
        for site in wanted.keys.sorted() { fetchNext(of: site) }
    }

    /// A session is open: the site is asked and told what concerns it.
    func repair(_ site: SiteID) {
        fetchNext(of: site)
        for quarantine in quarantines[site] ?? [] { say(.quarantine(quarantine), to: site) }
    }

    /// What a site has of what is damaged here.
    func mend(_ site: SiteID, with slice: LogSlice) {
        guard let range = wanted[site]?.first, range.epoch == slice.epoch, range.first == slice.first else { return }
        do {
            let mended = try store.mend(site, with: slice)
            logger.log(
                level: mended > 0 ? .notice : .error,
                mended > 0 ? "damaged entries were fetched from their site" : "a site has damaged entries no more",
                metadata: ["site": "\(site)", "first": "\(slice.first)", "entries": "\(mended)"])
            // Whatever became of its first one: the rest is asked for next, and what is still damaged after the next backup.
            let rest = slice.first.advanced(by: max(1, mended))
            wanted[site]?.removeFirst()
            if rest <= range.last {
                wanted[site]?.insert(EntryRange(epoch: range.epoch, first: rest, last: range.last), at: 0)
            }
            fetchNext(of: site)
        } catch {
            logger.error("mending damaged entries", metadata: ["site": "\(site)", "error": "\(error)"])
        }
    }

    /// Tells each site which of its entries cannot be read here, where that is news.
    func quarantine(_ entries: [SiteID: [Exchange.Quarantine]]) {
        let before = quarantines
        quarantines = entries
        for (site, news) in entries.sorted(by: { $0.key < $1.key }) where before[site] != news {
            for quarantine in news { say(.quarantine(quarantine), to: site) }
        }
        // What could be read after all.
        for (site, gone) in before where entries[site] == nil {
            for var quarantine in gone {
                (quarantine.ranges, quarantine.count) = ([], 0)
                say(.quarantine(quarantine), to: site)
            }
        }
    }

    private func fetchNext(of site: SiteID) {
        guard let range = wanted[site]?.first else { return }
        say(.fetch(Exchange.Fetch(range)), to: site)
    }

    private func say(_ body: Exchange.OneOf_Body, to site: SiteID) {
        exchange.say(body, to: site) { effect in
            if case .send(let message, let route) = effect { send(message, to: route) }
        }
    }
}
