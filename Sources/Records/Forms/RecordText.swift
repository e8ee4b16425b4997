import Foundation

/// A record as it is shown: the fields of the form that made it, and where it stands in the log.
package struct RecordText {
    private let record: Record
    private let zone: TimeZoneRules
    private let personal: Personal

    /// - Parameter showsPersonal: whether names and texts are shown.
    package init(_ record: Record, zone: TimeZoneRules, showsPersonal: Bool) {
        self.record = record
        self.zone = zone
        personal = showsPersonal ? record.personal ?? Personal() : Personal()
    }

    private init(_ record: Record, zone: TimeZoneRules, _ personal: Personal) {
        (self.record, self.zone, self.personal) = (record, zone, personal)
    }

    /// One object.
    /// - Parameter name: of the field that it is the value of; nil for none.
    package func write(to json: inout JSONText, as name: String? = nil) {
        let facts = record.facts
        json.object(name) { json in
            json.field("id", record.id.description)
            json.field("sequence", record.sequence.value)
            json.field("kind", Self.kind(of: record))
            json.fieldIfAny("client_id", facts.clientID)
            json.field("author", facts.author)
            json.field("occurred_at", record.occurred.text(in: zone))
            json.field("recorded_at", record.recorded.text(in: zone))
            json.fieldIfAny("handbook", facts.handbook)
            if record.personal == nil { json.field("erased", true) }
            personal.customer.write(to: &json)
            json.fieldIfAny("subject", personal.subject)
            json.fieldIfAny("text", personal.text)
            json.fieldIfAny("reason", personal.reason)
            texts("tags", facts.tags, &json)
            writeAttachments(&json)
            writeBody(&json)
        }
    }

    /// Every kind of record that may be handed on, as `kind` says it.
    package static let kinds = [
        "visit", "complaint", "step", "survey", "customer", "action", "correction", "retraction", "merge", "unmerge",
        "erasure", "handbook", "lesson",
    ]

    /// What kind of record it is: stable, lower-case ASCII.
    package static func kind(of record: Record) -> String {
        switch record.facts.body {
        case .visit: "visit"
        case .complaint: "complaint"
        case .step: "step"
        case .survey: "survey"
        case .customer: "customer"
        case .seal: "seal"
        case .gap: "gap"
        case .issueDecision: "issue_decision"
        case .clockOffset: "clock_offset"
        case .action: "action"
        case .progress: "progress"
        case .correction: "correction"
        case .retraction: "retraction"
        case .merge: "merge"
        case .unmerge: "unmerge"
        case .erasure: "erasure"
        case .handbookVersion: "handbook"
        case .lesson: "lesson"
        case .load: "load"
        case .delivery: "delivery"
        case .keyChange: "key_change"
        case nil: "unknown"
        }
    }

    private func writeAttachments(_ json: inout JSONText) {
        guard !record.facts.attachments.isEmpty else { return }
        json.array("attachments") { json in
            for attachment in record.facts.attachments {
                json.object { json in
                    json.field("reference", attachment.reference)
                    json.field("sha256", FixedBytes.hexadecimal(attachment.digest))
                }
            }
        }
    }

    private func writeBody(_ json: inout JSONText) {
        switch record.facts.body {
        case .visit(let visit): write(visit, &json)
        case .complaint(let complaint): write(complaint, &json)
        case .step(let step): write(step, &json)
        case .survey(let answer): write(answer, &json)
        case .customer(let profile): write(profile, &json)
        case .load(let note):
            json.field("visitors", note.visitors)
            json.field("staff", note.staff)
            if note.capacity > 0 { json.field("capacity", note.capacity) }
        case .seal(let seal):
            json.field("until", Timestamp(milliseconds: seal.until).text(in: zone))
            json.field("clock_checked", seal.clockChecked)
        case .gap(let gap):
            json.field("epoch", FixedBytes.hexadecimal(gap.epoch))
            json.field("first", gap.first)
            json.field("last", gap.last)
        case .clockOffset(let offset):
            json.field("since", Timestamp(milliseconds: offset.since).text(in: zone))
            json.field("offset_ms", offset.offsetMs)
            json.field("uncertainty_ms", offset.uncertaintyMs)
        case .correction(let correction):
            reference("record", correction.recordID, &json)
            // What it makes of the record, as that one would be shown.
            var corrected = record
            corrected.facts.body = correction.corrected.body
            json.object("corrected") { RecordText(corrected, zone: zone, personal).writeBody(&$0) }
        case .retraction(let retraction): reference("record", retraction.recordID, &json)
        case .action(let action):
            reference("issue", action.issueID, &json)
            json.fieldIfAny("department", action.department)
            if action.hasDueAt { json.field("due_at", Timestamp(milliseconds: action.dueAt).text(in: zone)) }
            texts("sites", action.sites, &json)
            json.fieldIfAny("month", action.month)
            word("outcome", action.kind, unless: .unspecified, &json)
        case .progress(let progress):
            reference("action", progress.actionID, &json)
            json.field("state", progress.state.code)
        case .lesson(let lesson):
            reference("issue", lesson.issueID, &json)
            json.fieldIfAny("category", lesson.category)
            texts("sites", lesson.sites, &json)
        case .erasure(let erasure):
            texts("records", erasure.recordIds.compactMap { RecordID(bytes: $0)?.description }, &json)
        case .handbookVersion(let handbook): json.field("version", handbook.version)
        case .keyChange(let change): json.field("signing_key", FixedBytes.hexadecimal(change.signingKey))
        // Pseudonyms say nothing to people; a decision about issues stays at headquarters.
        case .merge, .unmerge, .delivery, .issueDecision, nil: break
        }
    }

    private func write(_ visit: Visit, _ json: inout JSONText) {
        word("method", visit.method, unless: .unspecified, &json)
        json.field("reached", visit.reached)
        if visit.hasSatisfaction { json.field("satisfaction", visit.satisfaction) }
        if visit.hasRecommendation { json.field("recommendation", visit.recommendation) }
        word("expectation", visit.expectation, unless: .unspecified, &json)
        json.fieldIfAny("uses", personal.uses)
        json.fieldIfAny("told", personal.told)
        texts("help_needed", personal.helpNeeded, &json)
        texts("plan_items", visit.planItems, &json)
        if visit.hasFollowUpAt { json.field("follow_up_at", Timestamp(milliseconds: visit.followUpAt).text(in: zone)) }
        reference("case", visit.caseID, &json)
        if visit.hasConfirmsResolution { json.field("confirms_resolution", visit.confirmsResolution) }
        guard !visit.problems.isEmpty else { return }
        json.array("problems") { json in
            for (index, problem) in visit.problems.enumerated() {
                json.object { json in
                    json.fieldIfAny("category", problem.category)
                    json.fieldIfAny("touchpoint", problem.touchpoint)
                    json.fieldIfAny("product", problem.product)
                    if personal.problemTexts.indices.contains(index) {
                        json.field("text", personal.problemTexts[index])
                    }
                }
            }
        }
    }

    private func write(_ complaint: Complaint, _ json: inout JSONText) {
        word("channel", complaint.channel, unless: .unspecified, &json)
        word("form", complaint.form, unless: .unspecified, &json)
        word("phase", complaint.phase, unless: .unspecified, &json)
        json.fieldIfAny("category", complaint.category)
        json.fieldIfAny("touchpoint", complaint.touchpoint)
        json.fieldIfAny("product", complaint.product)
        json.field("group_size", max(1, complaint.groupSize))
        word("lawsuit", complaint.lawsuit, unless: .none, &json)
        word("media", complaint.media, unless: .none, &json)
        word("support", complaint.support, unless: .none, &json)
        word("origin", complaint.origin, unless: .unspecified, &json)
        word("source", complaint.source, unless: .unspecified, &json)
        word("lapse", complaint.lapse, unless: .unspecified, &json)
        word("about", complaint.about, unless: .unspecified, &json)
        word("impact", complaint.impact, unless: .unspecified, &json)
        word("control", complaint.control, unless: .unspecified, &json)
        word("seeks", complaint.seeks, unless: .unspecified, &json)
        if complaint.urgent { json.field("urgent", true) }
        if complaint.hasOurResponsibility { json.field("our_responsibility", complaint.ourResponsibility) }
        word("delay_cause", complaint.delayCause, unless: .notStated, &json)
    }

    private func write(_ step: CaseStep, _ json: inout JSONText) {
        reference("case", step.caseID, &json)
        json.field("step", step.kind.code)
        word("delay_cause", step.delayCause, unless: .notStated, &json)
        word("power", step.power, unless: .unspecified, &json)
        word("stage", step.stage, unless: .unspecified, &json)
        texts("causes", step.causes.map(\.code), &json)
        if step.gap > 0 { json.field("gap", step.gap) }
        json.fieldIfAny("to_site", step.toSite)
        json.fieldIfAny("to_person", step.toPerson)
        if step.hasGroupSize { json.field("group_size", step.groupSize) }
        if step.hasLawsuit { json.field("lawsuit", step.lawsuit.code) }
        if step.hasMedia { json.field("media", step.media.code) }
        if step.hasSupport { json.field("support", step.support.code) }
        if step.hasImpact { json.field("impact", step.impact.code) }
        if step.hasControl { json.field("control", step.control.code) }
        if step.hasUrgent { json.field("urgent", step.urgent) }
        if let grade = Grade(rawValue: Int(step.grade)) { json.field("grade", grade.code) }
        texts("whys", personal.whys, &json)
    }

    private func write(_ answer: SurveyAnswer, _ json: inout JSONText) {
        json.field("survey", answer.survey)
        word("mode", answer.mode, unless: .unspecified, &json)
        if answer.hasSatisfaction { json.field("satisfaction", answer.satisfaction) }
        if answer.hasDurationSeconds { json.field("duration_seconds", answer.durationSeconds) }
        guard !answer.scores.isEmpty else { return }
        json.object("scores") { json in for score in answer.scores { json.field(score.question, score.value) } }
    }

    private func write(_ profile: CustomerProfile, _ json: inout JSONText) {
        json.fieldIfAny("type", profile.type)
        json.fieldIfAny("tier", profile.tier)
        json.fieldIfAny("owner", profile.owner)
        json.fieldIfAny("brand", profile.brand)
        if profile.keyAccount { json.field("key_account", true) }
        word("event", profile.event, unless: .unspecified, &json)
        guard !profile.figures.isEmpty else { return }
        json.object("figures") { json in for figure in profile.figures { json.field(figure.name, figure.value) } }
    }

    private func word<Value: Worded>(_ name: String, _ value: Value, unless absent: Value, _ json: inout JSONText) {
        if value != absent { json.field(name, value.code) }
    }

    private func texts(_ name: String, _ values: [String], _ json: inout JSONText) {
        if !values.isEmpty { json.array(name) { json in for value in values { json.field(nil, value) } } }
    }

    private func reference(_ name: String, _ bytes: Data, _ json: inout JSONText) {
        if let id = RecordID(bytes: bytes) { json.field(name, id.description) }
    }
}

extension Customer {
    /// The `customer` field; nothing for an anonymous one.
    package func write(to json: inout JSONText) {
        guard self != Customer() else { return }
        json.object("customer") { json in
            json.fieldIfAny("number", number)
            json.fieldIfAny("phone", phone)
            json.fieldIfAny("email", email)
            json.fieldIfAny("name", name)
            json.fieldIfAny("address", address)
            json.fieldIfAny("birthday", birthday)
        }
    }
}
