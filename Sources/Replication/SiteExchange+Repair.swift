package import Records

/// Entries that one side lost and the other has.
extension SiteExchange {
    /// FETCH is answered from the log, FETCHED and QUARANTINE are handed on.
    func repair(_ body: Exchange.OneOf_Body, _ shell: Shell) -> SiteSession.Event? {
        switch body {
        case .fetch(let fetch):
            guard let request = LogRead(fetch) else { return nil }
            // What is damaged here as well is no answer.
            let slice = (try? log.read(request)).flatMap { slice in
                slice.entries.contains(where: \.damaged) ? nil : slice
            }
            return .say(.fetched(Exchange.Fetched(slice, for: fetch)))
        case .fetched(let fetched): return LogSlice(fetched).flatMap { shell(.fetched($0)) }
        case .quarantine(let quarantine): return shell(.quarantine(quarantine))
        default: return nil
        }
    }
}

extension LogRead {
    /// What FETCH asks for, within the bounds of a batch; nil when it is malformed.
    package init?(_ fetch: Exchange.Fetch) {
        guard let epoch = Epoch(bytes: fetch.epoch), fetch.first > 0, fetch.last >= fetch.first, fetch.last < .max
        else {
            return nil
        }
        let count = min(fetch.last - fetch.first + 1, UInt64(ReplicationProtocol.batchEntries))
        self.init(
            epoch: epoch, after: SequenceNumber(fetch.first - 1), entries: Int(count),
            bytes: ReplicationProtocol.batchBytes)
    }
}

extension Exchange.Fetch {
    /// Asks for these entries.
    package init(_ range: EntryRange) {
        self.init()
        epoch = range.epoch.data
        first = range.first.value
        last = range.last.value
    }
}

extension Exchange.Fetched {
    /// An answer.
    /// - Parameter slice: what is whole of it, from its first entry on; nil when nothing is.
    package init(_ slice: LogSlice?, for fetch: Exchange.Fetch) {
        self.init()
        epoch = fetch.epoch
        first = fetch.first
        guard let slice, !slice.entries.isEmpty else { return }
        previousHash = slice.previous.data
        entries = slice.entries
    }
}

extension LogSlice {
    /// What was fetched, its chain computed; without entries where nothing was there. Nil when it is malformed.
    package init?(_ fetched: Exchange.Fetched) {
        guard let epoch = Epoch(bytes: fetched.epoch), fetched.first > 0,
            fetched.entries.count <= ReplicationProtocol.batchEntries,
            fetched.first < UInt64.max - UInt64(ReplicationProtocol.batchEntries)
        else { return nil }
        let first = SequenceNumber(fetched.first)
        guard !fetched.entries.isEmpty else {
            self.init(
                epoch: epoch, first: first, previous: LogChain.unknownLeaf, entries: [], last: LogChain.unknownLeaf)
            return
        }
        guard let previous = ChainHash(bytes: fetched.previousHash), !fetched.entries.contains(where: \.damaged),
            let last = LogChain.hashes(of: fetched.entries, after: previous, first: first)?.last
        else { return nil }
        self.init(epoch: epoch, first: first, previous: previous, entries: fetched.entries, last: last)
    }
}
