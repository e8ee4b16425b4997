import Foundation
package import Records
package import Replication

// Bytes that change by themselves on a disk, and what either side does about it: found when they are read, fetched from the
// other side where it has them, sent as lost where nobody has them. Hashes do not rot here: `SiteLogDamageTests` try that.

extension MemoryLog {
    /// Whether an entry's bytes are those that were written: they fit its hash and the one before.
    package func isWhole(_ sequence: SequenceNumber) -> Bool {
        guard sequence > .zero, let stored = hash(at: sequence),
            let previous = hash(at: SequenceNumber(sequence.value - 1)),
            let leaf = LogChain.leaf(entries[Int(sequence.value) - 1])
        else { return false }
        return LogChain.next(after: previous, sequence: sequence, leaf: leaf) == stored
    }

    /// The entries whose bytes are not what they were; those that arrived as lost are among them.
    package var damaged: [SequenceNumber] {
        (0..<entries.count).map { SequenceNumber(UInt64($0) + 1) }.filter { !isWhole($0) }
    }

    /// Puts back what the other side has of entries, where the own chain proves it. Returns how many are whole then.
    mutating func mend(with slice: LogSlice) -> Int {
        var mended = 0
        for (offset, entry) in slice.entries.enumerated() {
            let place = slice.first.advanced(by: offset)
            guard let stored = hash(at: place), let previous = hash(at: SequenceNumber(place.value - 1)),
                let leaf = LogChain.leaf(entry), LogChain.next(after: previous, sequence: place, leaf: leaf) == stored
            else { break }
            put(entry, at: place)
            mended += 1
        }
        return mended
    }

    /// What is whole of it from the first entry on, as the other side asks for it; nil when nothing is.
    func wholeSlice(_ request: LogRead) -> LogSlice? {
        guard hash(at: request.after) != nil, request.after < head.sequence else { return nil }
        var slice = slice(request)
        let whole = slice.entries.indices.prefix { isWhole(slice.first.advanced(by: $0)) }
        slice.entries = Array(slice.entries.prefix(whole.count))
        slice.last = position(slice.end.sequence).hash
        return slice.entries.isEmpty ? nil : slice
    }
}

extension Entry {
    /// As it was before a bit of it changed.
    package var beforeRot: Entry {
        var entry = self
        if !entry.facts.isEmpty { entry.facts[0] ^= 1 }
        return entry
    }
}

extension SimulatedLog {
    /// The next acknowledged entry that is damaged and that headquarters has not yet said to lack.
    package var wanted: EntryRange? {
        for extent in extents {
            let epoch = extent.head.epoch
            guard let log = disk.current.log(epoch) else { continue }
            // As it stands in the file, too: an epoch that is complete is not acknowledged again.
            let kept = disk.current.receipts[epoch]?.position.sequence ?? .zero
            let end = max(acknowledged[epoch]?.sequence ?? .zero, kept)
            for place in log.damaged where place <= end && !lost.contains(LogPlace(epoch: epoch, sequence: place)) {
                return EntryRange(epoch: epoch, first: place, last: place)
            }
        }
        return nil
    }

    /// FETCHED. Returns how many entries are whole again.
    package func mend(with slice: LogSlice) throws -> Int {
        var mended = 0
        try commit { volume in volume.change(slice.epoch) { mended = $0.mend(with: slice) } }
        if mended == 0 { lost.insert(LogPlace(epoch: slice.epoch, sequence: slice.first)) }
        return mended
    }
}

extension SimulatedStore {
    package func slice(of site: SiteID, _ request: LogRead) throws -> LogSlice? {
        disk.current.log(request.epoch, of: site)?.wholeSlice(request)
    }

    /// The next entry of a site that is damaged here. What came as lost is none: its site has no more.
    func wanted(of site: SiteID) -> EntryRange? {
        for log in disk.current.logs[site] ?? [] {
            for place in log.damaged where !log.entries[Int(place.value) - 1].damaged {
                let range = EntryRange(epoch: log.epoch, first: place, last: place)
                if !lacking.contains(range) { return range }
            }
        }
        return nil
    }

    /// FETCHED of a site. Returns how many entries are whole again.
    func mend(_ site: SiteID, with slice: LogSlice) throws -> Int {
        var mended = 0
        try commit { volume in volume.change(slice.epoch, of: site) { mended = $0.mend(with: slice) } }
        if mended == 0 { lacking.insert(EntryRange(epoch: slice.epoch, first: slice.first, last: slice.first)) }
        return mended
    }
}

extension SimulatedSite {
    /// From one search to the next.
    private static let interval: Duration = .seconds(2)

    /// Looks for damage as long as the process lives, and asks headquarters for its copies.
    func search(_ process: Process) {
        simulation.after(Self.interval) { [self] in
            guard process.isAlive else { return }
            if fleet.hasRot, fleet.lie != .damageNotFetched, let range = process.log.wanted {
                handle(.say(.fetch(Exchange.Fetch(range))), process)
            }
            search(process)
        }
    }

    func mend(with slice: LogSlice, _ process: Process) {
        do {
            let mended = try process.log.mend(with: slice)
            simulation.note(mended == 0 ? "\(site) has lost an entry" : "\(site) mends its log")
        } catch {
            simulation.note("\(site) cannot mend its log: \(error)")
        }
    }
}

extension SimulatedHeadquarters {
    private static let interval: Duration = .seconds(2)

    /// Looks for damage as long as the process lives, and asks the sites for theirs.
    func search(_ process: Process) {
        simulation.after(Self.interval) { [self] in
            guard process.isAlive else { return }
            if fleet.hasRot, fleet.lie != .damageAtHeadquartersNotFetched {
                for site in disk.current.logs.keys.sorted() {
                    guard let range = process.store.wanted(of: site) else { continue }
                    process.exchange?.say(.fetch(Exchange.Fetch(range)), to: site) { perform($0, process) }
                }
            }
            search(process)
        }
    }

    func mend(_ site: SiteID, with slice: LogSlice, _ process: Process) {
        do {
            let mended = try process.store.mend(site, with: slice)
            simulation.note(mended == 0 ? "\(site) lacks what is damaged at hq" : "hq mends the log of \(site)")
        } catch {
            simulation.note("headquarters cannot mend \(site)'s log: \(error)")
        }
    }
}

extension Fleet {
    /// Bits of some saved entries of a machine change.
    func rot(_ machine: Machine, entries count: Int) {
        hasRot = true
        for _ in 0..<count {
            switch machine {
            case .site(let id):
                guard let site = sites.first(where: { $0.site == id }),
                    let place = anyPlace(site.disk.current.epochs, of: id)
                else { continue }
                site.disk.rot { $0.change(place.epoch) { $0.damage(place.sequence, if: place.hash) } }
            case .headquarters:
                let (id, logs) = simulation.pick(
                    headquarters.disk.current.logs.sorted { $0.key < $1.key } + [(sites[0].site, [])])
                guard let place = anyPlace(logs, of: id) else { continue }
                headquarters.disk.rot { $0.change(place.epoch, of: id) { $0.damage(place.sequence, if: place.hash) } }
            }
        }
        for site in sites {
            ledger.excuseRotten(
                besides: site.disk.durable.epochs, headquarters.disk.durable.logs[site.site] ?? [], of: site.site)
        }
    }

    /// A place of a saved entry, whole until now.
    private func anyPlace(_ logs: [MemoryLog], of site: SiteID) -> LogPosition? {
        let places = logs.flatMap { log in
            (0..<log.entries.count).filter { ledger.isSaved(log.entries[$0].facts) }
                .map { log.position(SequenceNumber(UInt64($0) + 1)) }
        }
        guard !places.isEmpty else { return nil }
        let place = simulation.pick(places)
        if let entry = logs.first(where: { $0.epoch == place.epoch })?.entries[Int(place.sequence.value) - 1] {
            ledger.rotted(entry.facts)
        }
        simulation.note("entry \(place.sequence) of \(site) rots")
        return place
    }

    /// Whether each side has whole what the other one has.
    var isMended: Bool {
        guard hasRot else { return true }
        return sites.allSatisfy { site in
            site.disk.durable.epochs.allSatisfy { own in
                guard let stored = headquarters.disk.durable.log(own.epoch, of: site.site) else { return true }
                return (1...UInt64(max(1, min(own.entries.count, stored.entries.count)))).allSatisfy { number in
                    let place = SequenceNumber(number)
                    // Taken as lost by headquarters, an entry is asked for no more.
                    guard own.hash(at: place) == stored.hash(at: place), number <= UInt64(stored.entries.count),
                        !stored.entries[Int(number) - 1].damaged
                    else { return true }
                    return own.isWhole(place) == stored.isWhole(place)
                }
            }
        }
    }
}

extension MemoryLog {
    /// Damages an entry where this very one stands.
    fileprivate mutating func damage(_ sequence: SequenceNumber, if expected: ChainHash) {
        if hash(at: sequence) == expected, isWhole(sequence) { damage(sequence) }
    }
}
