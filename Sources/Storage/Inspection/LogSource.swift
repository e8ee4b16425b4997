import Foundation
package import Records
import Replication

/// What somebody looks at: a data folder or its database, or a log that was carried by file.
package enum LogSource {
    case database(LogInspection)
    case file(LogFileReader)

    /// One entry and where it stands.
    package struct Place: Sendable {
        package var site: SiteID
        package var epoch: Epoch
        package var sequence: SequenceNumber
        /// Nil where it is damaged, and nothing of it can be shown.
        package var entry: Entry?
        /// The hash that stands with it; computed from the batch's beginning in a file.
        package var hash: ChainHash?
    }

    package init(_ path: String) throws(StorageError) {
        self = LogFileReader.recognises(path) ? .file(try LogFileReader(path)) : .database(try LogInspection(path))
    }

    /// Calls `body` for each entry, log by log and in order, until it returns false. A file can be gone through once.
    package func forEach(
        site: SiteID? = nil, epoch: (Epoch) -> Bool = { _ in true }, from first: SequenceNumber = .zero,
        _ body: (Place) throws -> Bool
    ) throws {
        switch self {
        case .database(let inspection):
            for log in try inspection.logs() where (site ?? log.site) == log.site && epoch(log.epoch) {
                var goesOn = true
                let start = max(log.trimmed.sequence, SequenceNumber(max(first.value, 1) - 1))
                try inspection.places(of: log, after: start) { place in
                    goesOn = try body(
                        Place(
                            site: log.site, epoch: log.epoch, sequence: place.sequence, entry: place.content?.entry,
                            hash: place.content?.hash))
                    return goesOn
                }
                guard goesOn else { return }
            }
        case .file(let reader):
            while case .batch(let batch) = try reader.next() {
                guard let found = Epoch(bytes: batch.epoch), let previous = ChainHash(bytes: batch.previousHash) else {
                    throw StorageError.damaged(path: reader.path, reason: "a batch is malformed")
                }
                guard (site ?? reader.site) == reader.site, epoch(found) else { continue }
                let hashes = LogChain.hashes(
                    of: batch.entries, after: previous, first: SequenceNumber(batch.firstSequence))
                for (index, entry) in batch.entries.enumerated() {
                    let place = Place(
                        site: reader.site, epoch: found,
                        sequence: SequenceNumber(batch.firstSequence).advanced(by: index),
                        entry: entry.damaged ? nil : entry, hash: hashes?[index])
                    guard place.sequence >= first else { continue }
                    guard try body(place) else { return }
                }
            }
        }
    }
}
