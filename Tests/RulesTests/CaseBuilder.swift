import Foundation
import Handbooks
import Records
import Rules
import SwiftProtobuf

/// Builds the facts of one case; times are local readings in the site's zone.
struct CaseBuilder {
    static let rules = CaseRules(handbook: .standard)

    let zone: TimeZoneRules
    var steps: [Record] = []
    var visits: [Record] = []
    var hot: HotEvidence?
    var repeatOf: RepeatEvidence?
    private(set) var complaint: Record
    private var sequence: UInt64 = 1

    /// A complaint of site A0.
    init(
        made: String = "2019-07-01 08:00", zone: String = "Asia/Shanghai", _ fill: (inout Complaint) -> Void = { _ in }
    ) throws {
        self.zone = try zoneNamed(zone)
        var body = Complaint()
        body.groupSize = 1
        fill(&body)
        complaint = try record(1, site: "A0", at: moment(made, self.zone)) { $0.complaint = body }
    }

    var id: RecordID { complaint.id }

    func time(_ text: String) throws -> Timestamp { try moment(text, zone) }

    @discardableResult
    mutating func step(
        _ kind: CaseStep.Kind, _ at: String, site: String = "A0", recorded: String? = nil,
        by role: Facts.Role = .manager,
        _ fill: (inout CaseStep) -> Void = { _ in }
    ) throws -> RecordID {
        var step = CaseStep()
        step.kind = kind
        step.caseID = complaint.id.data
        fill(&step)
        sequence += 1
        let record = try record(
            sequence, site: site, at: time(at), recorded: recorded.map { try moment($0, zone) }
        ) {
            $0.step = step
            $0.authorRole = role
        }
        steps.append(record)
        return record.id
    }

    @discardableResult
    mutating func visit(
        confirms: Bool?, _ at: String, reached: Bool = true, site: String = "A0"
    ) throws -> RecordID {
        var visit = Visit()
        visit.reached = reached
        visit.caseID = complaint.id.data
        if let confirms { visit.confirmsResolution = confirms }
        sequence += 1
        let record = try record(sequence, site: site, at: time(at)) { $0.visit = visit }
        visits.append(record)
        return record.id
    }

    /// The view at a moment, everything up to it heard unless `heard` says otherwise.
    func view(at now: String, heard: String? = nil, rules: CaseRules = Self.rules) throws -> CaseView {
        try rules.view(of: evidence(heard: heard ?? now), at: time(now))
    }

    func evidence(heard: String) throws -> CaseEvidence {
        try CaseEvidence(
            complaint: complaint, steps: steps, visits: visits, zone: zone, heardUntil: time(heard), hot: hot,
            repeatOf: repeatOf)
    }
}

struct UnreadableTest: Error { let text: String }

func zoneNamed(_ name: String) throws -> TimeZoneRules {
    guard let zone = TimeZoneRules(name) else { throw UnreadableTest(text: name) }
    return zone
}

func moment(_ text: String, _ zone: TimeZoneRules) throws -> Timestamp {
    guard let time = Timestamp(text, in: zone) else { throw UnreadableTest(text: text) }
    return time
}

/// A record as a log would give it.
func record(
    _ sequence: UInt64, site: String, at: Timestamp, recorded: Timestamp? = nil, _ fill: (inout Facts) -> Void
) throws -> Record {
    let site = try SiteID(site)
    var facts = Facts()
    facts.recordID = RecordID(site: site, clientID: "r\(sequence)").data
    facts.occurredAt = at.milliseconds
    facts.recordedAt = (recorded ?? at).milliseconds
    fill(&facts)
    var entry = Entry()
    entry.facts = try facts.serializedData()
    guard let epoch = Epoch(bytes: [UInt8](repeating: 7, count: 16)) else { throw UnreadableTest(text: "epoch") }
    return try Record(entry, site: site, epoch: epoch, sequence: SequenceNumber(sequence))
}

extension CaseView {
    /// The codes of the rules that raised it, in order.
    var ruleCodes: [String] { rises.map(\.rule.code) }

    func status(_ code: String) -> LimitStatus? { (limits + ageing).first { $0.code == code }?.status }
}
