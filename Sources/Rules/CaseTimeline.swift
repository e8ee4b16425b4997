import Foundation
import Records
import SwiftProtobuf

/// The facts of a case along its own time: what happened, when it was open, and how the facts that grade it changed.
struct CaseTimeline {
    /// One thing that happened. `at` is never before the complaint was made: a clock that says so is wrong.
    struct Event {
        enum Kind {
            case step(CaseStep)
            /// A follow-up visit at which the customer said that it is resolved, or that it is not.
            case visit(confirms: Bool)
        }
        var at: Timestamp
        var recorded: Timestamp
        var id: RecordID
        /// Whose log it stands in.
        var site: SiteID
        /// The login name of who wrote it down.
        var author: String
        var kind: Kind

        /// The kind of step that it is or amounts to.
        var stepKind: CaseStep.Kind {
            switch kind {
            case .step(let step): step.kind
            case .visit(confirms: true): .confirmed
            case .visit(confirms: false): .reopened
            }
        }
    }

    /// A fact that grades, from `at` on. `ordinal` is the event's place; 0 is the complaint itself.
    struct Facts {
        var at: Timestamp
        var ordinal: Int
        var id: RecordID
        var groupSize: Int
        var lawsuit: Complaint.Danger
        var media: Complaint.Danger
        var support: Complaint.Support
        var urgent: Bool
        var impact: Complaint.Impact
        var control: Complaint.Control
    }

    /// A delay cause from `at` on.
    struct Delay {
        var at: Timestamp
        var id: RecordID
        var cause: DelayCause

        /// Not stated counts as ours; so does a value of a newer version.
        var isOurs: Bool {
            switch cause {
            case .ours, .notStated, .UNRECOGNIZED: true
            case .customer, .thirdParty, .forceMajeure: false
            }
        }
    }

    let madeAt: Timestamp
    /// In the order of time.
    private(set) var events: [Event] = []
    private(set) var disregarded: [RecordID] = []
    /// Steps that their writers have not the authority for.
    private(set) var proposals: [GradeProposal] = []
    private(set) var periods: [OpenPeriod]
    private(set) var facts: [Facts]
    private(set) var delays: [Delay]
    private(set) var reopenedCount = 0
    private(set) var falseClosings: [FalseClosing] = []
    private(set) var responsibleSite: SiteID
    /// Who has it in hand there, by login name or name; empty when nobody was named.
    private(set) var responsiblePerson = ""
    private(set) var handovers: [CaseHandover] = []
    private(set) var refusals: [CaseRefusal] = []
    private(set) var powers: [PowerUse] = []
    private(set) var curve: [StagePoint] = []
    /// What was found to be at the bottom of it, as last told.
    private(set) var rootCause: RootCause?
    /// Visits at which the customer was dissatisfied, in the order of time.
    private(set) var dissatisfactions: [(at: Timestamp, id: RecordID)] = []
    /// As the steps say, before silence confirms anything.
    private(set) var state: CaseState = .open

    init(_ evidence: CaseEvidence, headquarters: SiteID, falseClosingWithin: Duration) {
        let record = evidence.complaint
        let complaint = record.facts.complaint
        madeAt = record.occurred.withinCalendar
        responsibleSite = record.site
        periods = [OpenPeriod(start: madeAt, end: nil)]
        facts = [
            Facts(
                at: madeAt, ordinal: 0, id: record.id, groupSize: max(1, Int(complaint.groupSize)),
                lawsuit: complaint.lawsuit, media: complaint.media, support: complaint.support,
                urgent: complaint.urgent,
                impact: complaint.impact, control: complaint.control)
        ]
        delays = [Delay(at: madeAt, id: record.id, cause: complaint.delayCause)]
        guard !evidence.steps.isEmpty || !evidence.visits.isEmpty else { return }
        collect(evidence, headquarters: headquarters)
        tell(falseClosingWithin: falseClosingWithin)
    }

    /// The first event of any of these kinds.
    func first(of kinds: [CaseStep.Kind]) -> Event? { events.first { kinds.contains($0.stepKind) } }

    private mutating func collect(_ evidence: CaseEvidence, headquarters: SiteID) {
        let complaintBytes = evidence.complaint.id.data
        let steps = evidence.steps.filter { record in
            if case .step(let step) = record.facts.body { step.caseID == complaintBytes } else { false }
        }
        let entitled = Self.entitledSites(steps, from: [evidence.complaint.site, headquarters])
        let subject = Authority.Subject(site: evidence.complaint.site, given: entitled)
        var records: [(order: RecordOrder, event: Event)] = []
        for record in steps + evidence.visits {
            let kind: Event.Kind
            switch record.facts.body {
            case .step(let step): kind = .step(step)
            case .visit(let visit) where visit.reached && visit.hasConfirmsResolution && visit.caseID == complaintBytes:
                kind = .visit(confirms: visit.confirmsResolution)
            case .visit(let visit) where visit.reached && visit.caseID == complaintBytes:
                if entitled.contains(record.site) { note(visit, of: record) }
                continue
            default: continue
            }
            guard entitled.contains(record.site) else {
                disregarded.append(record.id)
                continue
            }
            if case .visit(let visit) = record.facts.body { note(visit, of: record) }
            if case .step(let step) = kind, step.kind == .gradeLowered,
                !Authority.permits(.lowerGrade, by: record, on: subject)
            {
                proposals.append(GradeProposal(record: record.id, site: record.site, at: record.recorded))
                continue
            }
            let at = max(record.occurred.withinCalendar, madeAt)
            records.append(
                (
                    record.order,
                    Event(
                        at: at, recorded: record.recorded.withinCalendar, id: record.id, site: record.site,
                        author: record.facts.author, kind: kind)
                ))
        }
        records.sort { ($0.order, $0.event.id) < ($1.order, $1.event.id) }
        events = records.map(\.event)
        disregarded.sort()
        dissatisfactions.sort { ($0.at, $0.id) < ($1.at, $1.id) }
        proposals.sort { ($0.at, $0.record) < ($1.at, $1.record) }
    }

    /// The sites that may say what happened: where it was made, headquarters, and those that it was given to by one of them.
    static func entitledSites(_ steps: [Record], from first: [SiteID]) -> [SiteID] {
        var entitled = first
        var grew = true
        while grew {
            grew = false
            for record in steps where entitled.contains(record.site) {
                guard let site = destination(record.facts.step), !entitled.contains(site) else { continue }
                entitled.append(site)
                grew = true
            }
        }
        return entitled
    }

    /// Where a step gives the case to; nil for any other step, and for a text that names no site.
    private static func destination(_ step: CaseStep) -> SiteID? {
        switch step.kind {
        // A text that cannot name a site came from a faulty writer: it gives the case to nobody.
        case .dispatched, .transferred: try? SiteID(step.toSite)
        default: nil
        }
    }

    private mutating func tell(falseClosingWithin: Duration) {
        var holders = [(site: responsibleSite, person: "")]
        for (index, event) in events.enumerated() {
            switch event.stepKind {
            case .resolved: end(event, with: .resolved(at: event.at))
            case .confirmed: confirm(event)
            case .closedWithdrawn: end(event, with: .closed(at: event.at, reason: .withdrawn))
            case .closedNotOurs: end(event, with: .closed(at: event.at, reason: .notOurs))
            case .closedUnreachable: end(event, with: .closed(at: event.at, reason: .unreachable))
            case .reopened: reopen(event, falseClosingWithin: falseClosingWithin)
            default: break
            }
            guard case .step(let step) = event.kind else { continue }
            if let site = Self.destination(step) {
                holders.append((site, step.toPerson))
                handovers.append(CaseHandover(site: site, person: step.toPerson, at: event.at, record: event.id))
            }
            if step.kind == .refused {
                refusals.append(CaseRefusal(site: event.site, at: event.at, record: event.id))
                if holders.count > 1 { holders.removeLast() }
            }
            if step.kind == .accepted {
                holders[holders.count - 1].person = step.toPerson.isEmpty ? event.author : step.toPerson
            }
            look(at: step, event)
            if step.kind == .delayCause { delays.append(Delay(at: event.at, id: event.id, cause: step.delayCause)) }
            if step.kind == .factsChanged { change(step, event, ordinal: index + 1) }
        }
        (responsibleSite, responsiblePerson) = holders[holders.count - 1]
    }

    /// What a step says beside what it does to the case.
    private mutating func look(at step: CaseStep, _ event: Event) {
        switch step.kind {
        case .powerUsed:
            powers.append(
                PowerUse(power: step.power, author: event.author, site: event.site, at: event.at, record: event.id))
        case .stageEntered:
            let facts = facts[facts.count - 1]
            curve.append(
                StagePoint(
                    stage: step.stage, at: event.at, impact: step.hasImpact ? step.impact : facts.impact,
                    record: event.id))
        case .rootCause:
            rootCause = RootCause(
                causes: step.causes, gap: step.gap == 0 ? nil : Int(step.gap), at: event.at, record: event.id)
        default: break
        }
    }

    private mutating func note(_ visit: Visit, of record: Record) {
        guard visit.hasSatisfaction, visit.satisfaction <= Self.dissatisfied else { return }
        dissatisfactions.append((max(record.occurred.withinCalendar, madeAt), record.id))
    }

    /// 不满意, of 1 to 5.
    private static let dissatisfied = 2

    /// Ends the open period; an end of what is ended already says nothing new.
    private mutating func end(_ event: Event, with state: CaseState) {
        guard self.state == .open else { return }
        periods[periods.count - 1].end = event.at
        self.state = state
    }

    /// A customer who confirms what nobody called resolved says both.
    private mutating func confirm(_ event: Event) {
        switch state {
        case .open:
            periods[periods.count - 1].end = event.at
            state = .confirmed(at: event.at, resolvedAt: event.at, bySilence: false)
        case .resolved(let at): state = .confirmed(at: event.at, resolvedAt: at, bySilence: false)
        case .confirmed, .closed: break
        }
    }

    private mutating func reopen(_ event: Event, falseClosingWithin: Duration) {
        guard state != .open, let closedAt = periods[periods.count - 1].end else { return }
        reopenedCount += 1
        if event.at - closedAt <= falseClosingWithin {
            falseClosings.append(FalseClosing(closedAt: closedAt, reopenedAt: event.at, evidence: event.id))
        }
        periods.append(OpenPeriod(start: event.at, end: nil))
        state = .open
    }

    private mutating func change(_ step: CaseStep, _ event: Event, ordinal: Int) {
        var next = facts[facts.count - 1]
        (next.at, next.ordinal, next.id) = (event.at, ordinal, event.id)
        if step.hasGroupSize { next.groupSize = max(1, Int(step.groupSize)) }
        if step.hasLawsuit { next.lawsuit = step.lawsuit }
        if step.hasMedia { next.media = step.media }
        if step.hasSupport { next.support = step.support }
        if step.hasUrgent { next.urgent = step.urgent }
        if step.hasImpact { next.impact = step.impact }
        if step.hasControl { next.control = step.control }
        facts.append(next)
    }
}
