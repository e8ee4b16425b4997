import Foundation
package import Records
package import Replication

/// Writes logs of one site into a file that headquarters takes as it would take them from the wire.
package struct LogExport {
    /// What was written.
    package struct Report: Sendable {
        package var entries: UInt64 = 0
        /// Entries that are carried as damaged: their place and hash, no content.
        package var damaged: UInt64 = 0
        /// Entries of batches whose site's signature does not stand over what is stored; left out.
        package var leftOut: UInt64 = 0
    }

    private let inspection: LogInspection
    private let site: SiteID
    private let signing: SiteSigning?
    private var report = Report()

    /// - Parameter signing: signs the batches of a site's own log; nil at headquarters, where the site's own signatures are carried on.
    package init(_ inspection: LogInspection, site: SiteID, signing: SiteSigning?) {
        self.inspection = inspection
        self.site = site
        self.signing = signing
    }

    /// Writes the file.
    /// - Parameters:
    ///   - after: entries of the named epoch up to this one are left out, as headquarters has them; all are written without it.
    ///   - progress: told now and then how many entries are written.
    package mutating func write(
        to path: String, after position: (epoch: Epoch, sequence: SequenceNumber)? = nil, madeAt: Timestamp,
        program: String, progress: (UInt64) -> Void = { _ in }
    ) throws -> Report {
        let logs = try inspection.logs().filter { $0.site == site }
        var header = LogFileItem.Header()
        header.site = site.text
        header.madeAt = madeAt.milliseconds
        header.programVersion = program
        header.signingKeys = try (signing?.verifyingKeys ?? inspection.signingKeys(of: site)).map {
            Data($0.bytes)
        }
        let starts = logs.map { log in
            max(log.trimmed.sequence, position.flatMap { $0.epoch == log.epoch ? $0.sequence : nil } ?? .zero)
        }
        header.epochs = try zip(logs, starts).map { log, start in try range(of: log, after: start) }
        let writer = try LogFileWriter(path, header: header)
        for (log, start) in zip(logs, starts) where start < log.head {
            if let signing {
                try writeSigned(log, after: start, (signing, logs.map(\.epoch)), writer, progress)
            } else {
                try writeStored(log, after: start, writer, progress)
            }
        }
        try writer.finish()
        report.entries = writer.entries
        return report
    }

    private func range(of log: LogInspection.Log, after start: SequenceNumber) throws -> EpochRange {
        var head: ChainHash? = log.head == log.trimmed.sequence ? log.trimmed.hash : nil
        try inspection.places(of: log, after: SequenceNumber(max(log.head.value, 1) - 1)) { place in
            head = place.content?.hash
            return false
        }
        var range = EpochRange()
        range.head = LogPosition(epoch: log.epoch, sequence: log.head, hash: head ?? log.durable.hash).message
        range.first = start.value + 1
        if let parent = log.parent { range.parent = parent.message }
        return range
    }

    // MARK: A site's own log

    /// Batches of the usual size, signed here.
    private mutating func writeSigned(
        _ log: LogInspection.Log, after start: SequenceNumber, _ signing: (keys: SiteSigning, epochs: [Epoch]),
        _ writer: LogFileWriter, _ progress: (UInt64) -> Void
    ) throws {
        guard let previous = try hash(of: log, at: start) else {
            throw StorageError.damaged(path: inspection.path, reason: "the hash of entry \(start) is lost")
        }
        var slice = LogSlice(epoch: log.epoch, first: start.next, previous: previous, entries: [], last: previous)
        var bytes = 0
        var damaged: UInt64 = 0
        func flush(_ slice: inout LogSlice) throws {
            guard !slice.entries.isEmpty else { return }
            let key = signing.keys.key(for: slice.end, among: signing.epochs)
            try writer.append(try Exchange.Batch(slice, site: log.site, key: key))
            progress(writer.entries)
            slice = LogSlice(
                epoch: log.epoch, first: slice.end.sequence.next, previous: slice.last, entries: [], last: slice.last)
        }
        try inspection.places(of: log, after: start) { place in
            // Behind a hole nothing can be proven; what headquarters lacks from there on, it says itself.
            guard place.sequence == slice.end.sequence.next else { return false }
            let link = place.content.flatMap { LogChain.leaf($0.entry) }
                .map { LogChain.next(after: slice.last, sequence: place.sequence, leaf: $0) }
            var entry = place.content?.entry ?? Entry()
            guard let stored = place.content?.hash ?? link else { return false }
            if link != stored {
                // Nothing after it in a batch vouches for what stands before it.
                if slice.entries.last.map({ !$0.damaged }) == true {
                    try flush(&slice)
                    bytes = 0
                }
                entry = Entry(lost: stored)
                damaged += 1
            }
            slice.entries.append(entry)
            slice.last = stored
            bytes += entry.size
            if bytes >= ReplicationProtocol.batchBytes || slice.entries.count >= ReplicationProtocol.batchEntries
                || KeyChange(entry) != nil
            {
                try flush(&slice)
                bytes = 0
            }
            return true
        }
        try flush(&slice)
        report.damaged += damaged
        report.leftOut += log.head.value - slice.end.sequence.value
    }

    private func hash(of log: LogInspection.Log, at sequence: SequenceNumber) throws -> ChainHash? {
        if sequence == log.trimmed.sequence { return log.trimmed.hash }
        var hash: ChainHash?
        try inspection.places(of: log, after: SequenceNumber(sequence.value - 1)) { place in
            if place.sequence == sequence { hash = place.content?.hash }
            return false
        }
        return hash
    }

    // MARK: Headquarters' store

    /// The batches as the site signed them.
    private mutating func writeStored(
        _ log: LogInspection.Log, after start: SequenceNumber, _ writer: LogFileWriter, _ progress: (UInt64) -> Void
    ) throws {
        let keys = try inspection.signingKeys(of: log.site)
        var batches = try inspection.batches(of: log)[...].drop { $0.last <= start }
        guard let previous = try hash(of: log, at: start) else {
            throw StorageError.damaged(path: inspection.path, reason: "the hash of entry \(start) is lost")
        }
        var slice = LogSlice(epoch: log.epoch, first: start.next, previous: previous, entries: [], last: previous)
        var leftOut: UInt64 = 0
        try inspection.places(of: log, after: start) { place in
            guard let batch = batches.first, place.sequence == slice.end.sequence.next else { return false }
            slice.entries.append(place.content?.entry ?? Entry())
            slice.last = place.content?.hash ?? slice.last
            guard place.sequence == batch.last else { return true }
            batches.removeFirst()
            let hashes = LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first)
            if hashes?.last == slice.last,
                keys.contains(where: { $0.verifies(batch.signature, .batch, site: log.site, position: slice.end) })
            {
                var message = Exchange.Batch()
                message.epoch = slice.epoch.data
                message.firstSequence = slice.first.value
                message.previousHash = slice.previous.data
                message.entries = slice.entries
                message.signature = batch.signature
                try writer.append(message)
            } else {
                leftOut += UInt64(slice.entries.count)
            }
            progress(writer.entries)
            slice = LogSlice(
                epoch: log.epoch, first: slice.end.sequence.next, previous: slice.last, entries: [], last: slice.last)
            return true
        }
        report.leftOut += leftOut + log.head.value - (slice.first.value - 1)
    }
}

extension SiteSigning {
    /// What verifies batches that are signed with it.
    fileprivate var verifyingKeys: [LogVerifyingKey] { [change?.before, key].compactMap { $0?.verifyingKey } }
}

extension LogInspection {
    /// Which of a site's own keys signs what of its log: a key change that its log tells of is kept, also one that is under way.
    /// - Parameters:
    ///   - keys: those that are here, each before the one that replaced it.
    ///   - inUse: signs a log that tells of no change to one of them.
    package func signing(
        of site: SiteID, with keys: [LogSigningKey], inUse key: LogSigningKey
    ) throws -> SiteSigning {
        var signing = SiteSigning(key)
        for log in try logs() where log.site == site {
            try places(of: log, after: log.trimmed.sequence) { place in
                guard let entry = place.content?.entry, let change = KeyChange(entry),
                    let index = keys.firstIndex(where: { Data($0.verifyingKey.bytes) == change.signingKey }), index > 0
                else { return true }
                let at = LogPlace(epoch: log.epoch, sequence: place.sequence)
                signing = SiteSigning(keys[index], change: SiteSigning.Change(at: at, before: keys[index - 1]))
                return true
            }
        }
        return signing
    }
}
