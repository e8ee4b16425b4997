import Foundation
import SwiftProtobuf

/// One immutable fact together with where it stands: what rules, issues and digests work on.
package struct Record: Sendable {
    package var id: RecordID
    /// The site whose key wrote the log, never what a payload says.
    package var site: SiteID
    package var epoch: Epoch
    package var sequence: SequenceNumber
    package var facts: Facts
    /// Nil when it was erased.
    package var personal: Personal?
    /// Occurred-at, corrected by the site's measured clock offset.
    package var occurred: Timestamp
    /// Recorded-at, corrected likewise.
    package var recorded: Timestamp

    /// Decodes an entry. Throws what is wrong with it; the entry then goes to quarantine and blocks nothing.
    /// - Parameter clockOffset: headquarters' clock minus the site's when this was written.
    package init(
        _ entry: Entry, site: SiteID, epoch: Epoch, sequence: SequenceNumber, clockOffset: Duration = .zero
    ) throws(UnreadableEntry) {
        do {
            facts = try Facts(serializedBytes: entry.facts)
            personal = entry.personalDigest.isEmpty ? try Personal(serializedBytes: entry.personal) : nil
        } catch {
            throw UnreadableEntry(
                site: site, sequence: sequence, reason: "its bytes are not those of a record: \(error)")
        }
        guard facts.body != nil else {
            throw UnreadableEntry(
                site: site, sequence: sequence, reason: "it is of a kind that this version does not know")
        }
        guard let id = RecordID(bytes: facts.recordID) else {
            throw UnreadableEntry(site: site, sequence: sequence, reason: "its record id has not 16 bytes")
        }
        self.id = id
        self.site = site
        self.epoch = epoch
        self.sequence = sequence
        occurred = Timestamp(milliseconds: facts.occurredAt) + clockOffset
        recorded = Timestamp(milliseconds: facts.recordedAt) + clockOffset
    }

    /// The order in which records are told: corrected time, then site, epoch and sequence, so that it does not depend on
    /// when they arrived.
    package var order: RecordOrder {
        RecordOrder(occurred: occurred, recorded: recorded, site: site, epoch: epoch, sequence: sequence)
    }
}

/// A total order on records that is the same whatever order they arrived in.
package struct RecordOrder: Hashable, Comparable, Sendable {
    package var occurred: Timestamp
    package var recorded: Timestamp
    package var site: SiteID
    package var epoch: Epoch
    package var sequence: SequenceNumber

    package init(occurred: Timestamp, recorded: Timestamp, site: SiteID, epoch: Epoch, sequence: SequenceNumber) {
        self.occurred = occurred
        self.recorded = recorded
        self.site = site
        self.epoch = epoch
        self.sequence = sequence
    }

    package static func < (left: RecordOrder, right: RecordOrder) -> Bool {
        (left.occurred, left.recorded, left.site, left.epoch, left.sequence)
            < (right.occurred, right.recorded, right.site, right.epoch, right.sequence)
    }
}

/// An entry that was stored whole but cannot be read by this version.
package struct UnreadableEntry: Error, CustomStringConvertible {
    package let site: SiteID
    package let sequence: SequenceNumber
    package let reason: String

    package var description: String { "entry \(sequence) of site \(site): \(reason)" }
}
