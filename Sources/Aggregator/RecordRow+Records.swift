import Crypto
import Foundation
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

extension RecordRow {
    /// - Parameter place: where the record stands.
    init(_ record: Record, _ kind: Kind, at place: Place, received: Timestamp, zone: TimeZoneRules) {
        self.init(
            id: record.id, log: place.log, sequence: place.sequence, site: record.site, kind: kind,
            occurred: record.occurred, recorded: record.recorded, received: received,
            month: Month(of: record.occurred, in: zone).index, caseID: record.caseID,
            token: record.facts.customerTokens.first?.value, textKey: record.textKey,
            content: record.facts.contentDigest, clockOffset: place.clockOffset, target: record.amends,
            sign: CustomerSign(record)?.code)
    }
}

extension RecordRow.Kind {
    /// Whether it is written for sites to follow; see `ViewWriter.ordersForSites`.
    var isForSites: Bool {
        switch self {
        case .merge, .unmerge, .erasure, .action, .handbook, .lesson: true
        case .visit, .complaint, .step, .survey, .customer, .load, .correction, .retraction, .issueDecision, .progress:
            false
        }
    }

    init?(_ body: Facts.OneOf_Body?) {
        switch body {
        case .visit: self = .visit
        case .complaint: self = .complaint
        case .step: self = .step
        case .survey: self = .survey
        case .customer: self = .customer
        case .load: self = .load
        case .issueDecision: self = .issueDecision
        case .correction: self = .correction
        case .retraction: self = .retraction
        case .merge: self = .merge
        case .unmerge: self = .unmerge
        case .erasure: self = .erasure
        case .action: self = .action
        case .handbookVersion: self = .handbook
        case .lesson: self = .lesson
        case .progress: self = .progress
        case .delivery, .gap, .seal, .clockOffset, .keyChange, nil: return nil
        }
    }

    /// The word for people.
    var term: Term {
        switch self {
        case .visit: RecordKind.visit.term
        case .complaint: RecordKind.complaint.term
        case .step: RecordKind.step.term
        case .survey: RecordKind.survey.term
        case .customer: RecordKind.customer.term
        case .load: RecordKind.load.term
        case .issueDecision: Term("同类问题的决定", "decision about an issue")
        case .correction: Term("更正", "correction")
        case .retraction: RecordKind.retraction.term
        case .merge: Term("客户合并", "customers merged")
        case .unmerge: Term("客户拆分", "customers parted")
        case .erasure: RecordKind.erasure.term
        case .action: RecordKind.action.term
        case .handbook: Term("服务手册", "handbook")
        case .lesson: RecordKind.lesson.term
        case .progress: RecordKind.progress.term
        }
    }
}

extension Record {
    /// The complaint that this record belongs to.
    var caseID: RecordID? {
        switch facts.body {
        case .complaint: id
        case .step(let step): RecordID(bytes: step.caseID)
        case .visit(let visit): RecordID(bytes: visit.caseID)
        default: nil
        }
    }

    /// Of a complaint: a digest of its words without punctuation and white space, so that the same complaint made twice is
    /// seen. Nil when it has none.
    var textKey: Int64? {
        guard case .complaint = facts.body, let personal else { return nil }
        let words = (personal.subject + "\n" + personal.text).precomposedStringWithCompatibilityMapping.lowercased()
        let letters = words.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        guard !letters.isEmpty else { return nil }
        let hash = SHA256.hash(data: Array(String(String.UnicodeScalarView(letters)).utf8))
        return hash.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
