import Foundation
package import Records

/// What corrections and retractions make of a record. Pure and free of order.
package struct Amendments: Sendable {
    /// A retraction of a retraction of a retraction … is followed so far; no honest writer comes near.
    private static let depth = 8

    /// All records that name another one to correct or retract it, by what they name.
    private let amendments: [RecordID: [Record]]

    /// - Parameter amendments: corrections and retractions, in any order, each once; among them those of the amendments
    ///   themselves.
    package init(_ amendments: [Record]) {
        self.amendments = Dictionary(grouping: amendments.filter { $0.amends != nil }, by: { $0.amends ?? $0.id })
    }

    /// How a record stands.
    package struct Standing: Sendable {
        /// With the content of the correction that stands, in its own place and order.
        package var record: Record
        /// The retraction that makes it not count.
        package var retraction: RecordID?
        /// The correction whose content it has.
        package var correction: RecordID?
        /// Amendments without effect, as their writers lack the authority, until somebody who has it amends the record after
        /// them; in the order of time.
        package var proposals: [Record]
    }

    /// How a record stands with all its amendments.
    package func standing(of record: Record) -> Standing { standing(of: record, depth: 0) }

    private func standing(of record: Record, depth: Int) -> Standing {
        var standing = Standing(record: record, proposals: [])
        let subject = Authority.Subject(site: record.site, author: record.facts.author)
        let named = (amendments[record.id] ?? []).sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        for amendment in named {
            guard amendment.follows(record), depth < Self.depth else { continue }
            switch amendment.facts.body {
            case .retraction:
                guard Authority.permits(.retract, by: amendment, on: subject) else {
                    standing.proposals.append(amendment)
                    continue
                }
                guard stands(amendment, depth) else { continue }
                standing.retraction = standing.retraction ?? amendment.id
            case .correction:
                guard Authority.permits(.correct, by: amendment, on: subject) else {
                    standing.proposals.append(amendment)
                    continue
                }
                guard amendment.isOfTheKind(of: record), stands(amendment, depth) else { continue }
                standing.record = record.corrected(by: amendment)
                standing.correction = amendment.id
            default: continue
            }
            standing.proposals = []
        }
        return standing
    }

    private func stands(_ amendment: Record, _ depth: Int) -> Bool {
        standing(of: amendment, depth: depth + 1).retraction == nil
    }
}

extension Record {
    /// The record that this one corrects or retracts; nil for any other record.
    package var amends: RecordID? {
        switch facts.body {
        case .correction(let correction): RecordID(bytes: correction.recordID)
        case .retraction(let retraction): RecordID(bytes: retraction.recordID)
        default: nil
        }
    }

    /// Whether it was written down after `other`: an amendment of what comes later would be a circle. Between sites the clock
    /// decides, as it goes on from every remote time that it saw.
    fileprivate func follows(_ other: Record) -> Bool {
        guard other.amends != nil else { return true }
        return (recorded, site, epoch, sequence) > (other.recorded, other.site, other.epoch, other.sequence)
    }

    /// This record with the content that `amendment`, a correction of it, gives it. Its identity, place and author stay.
    package func corrected(by amendment: Record) -> Record {
        let content = amendment.facts.correction.corrected
        var record = self
        record.facts.body = content.body
        record.facts.customerTokens = content.customerTokens
        record.facts.tags = content.tags
        record.facts.attachments = content.attachments
        if content.occurredAt != facts.occurredAt {
            // Told by the clock of whoever corrected it.
            let offset = amendment.recorded - Timestamp(milliseconds: amendment.facts.recordedAt)
            record.occurred = Timestamp(milliseconds: content.occurredAt) + offset
        }
        record.facts.occurredAt = content.occurredAt
        record.personal = amendment.personal
        return record
    }

    /// Whether a correction tells of the same kind of thing; it makes nothing else of a record.
    fileprivate func isOfTheKind(of other: Record) -> Bool {
        switch (facts.correction.corrected.body, other.facts.body) {
        case (.visit, .visit), (.complaint, .complaint), (.step, .step), (.survey, .survey), (.customer, .customer),
            (.load, .load):
            true
        default: false
        }
    }
}
