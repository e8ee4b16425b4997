package import Handbooks
package import Records

/// Everything that happened to a case, in order and from every site: what people wrote down, and what followed from it.
package struct CaseStory: Sendable {
    /// One line of it.
    package struct Line: Sendable, Hashable {
        /// What it tells of.
        package enum Kind: String, Sendable, Hashable, Codable {
            case complaint, step, visit
            /// A grade rose, by a rule.
            case rise
            /// A time limit or an age passed.
            case breach
            /// A resolution was confirmed by nobody objecting.
            case silence
            /// Two closings that did not hold, refusals, drifts: what people should look at.
            case warning
        }

        package var at: Timestamp
        package var kind: Kind
        /// The site that wrote it down; nil for what followed from records.
        package var site: SiteID?
        /// The login name of who wrote it down; empty for what followed from records.
        package var author: String
        package var text: Term
        /// The record that it is, or the records that it follows from.
        package var records: [RecordID]
        /// Whether it counts: a step of a site that the case was never given to does not, nor does a mere proposal.
        package var counts = true
        /// It was written down so much later than it happened that it is said.
        package var recorded: Timestamp?
    }

    /// In the order of time; of one moment what was written down before what followed.
    package private(set) var lines: [Line] = []

    private let view: CaseView
    private let handbook: Handbook
    private let zone: TimeZoneRules

    package init(_ evidence: CaseEvidence, _ view: CaseView, handbook: Handbook) {
        self.view = view
        self.handbook = handbook
        zone = evidence.zone
        var told: [(order: RecordOrder, line: Line)] = []
        for record in [evidence.complaint] + evidence.steps + evidence.visits {
            if let line = line(of: record) { told.append((record.order, line)) }
        }
        told.sort { ($0.order, $0.line.records[0]) < ($1.order, $1.line.records[0]) }
        // Stable by time: the records' own order stays, and what followed comes after.
        lines = (told.map(\.line) + consequences()).enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    // MARK: What was written down

    private func line(of record: Record) -> Line? {
        let at = max(record.occurred.withinCalendar, view.madeAt)
        let kind: Line.Kind
        let text: Term
        switch record.facts.body {
        case .complaint(let complaint): (kind, text) = (.complaint, words(of: complaint))
        case .step(let step): (kind, text) = (.step, words(of: step, record))
        case .visit(let visit): (kind, text) = (.visit, words(of: visit))
        default: return nil
        }
        var line = Line(
            at: at, kind: kind, site: record.site, author: record.facts.author, text: text, records: [record.id])
        line.counts =
            !view.disregarded.contains(record.id) && !view.proposals.contains { $0.record == record.id }
        if record.recorded - record.occurred > Self.writtenLate { line.recorded = record.recorded }
        return line
    }

    /// What is written down longer than this after it happened is said to be.
    private static let writtenLate: Duration = .seconds(86_400)

    private func words(of complaint: Complaint) -> Term {
        var details: [Term] = []
        if complaint.channel != .unspecified { details.append(complaint.channel.term) }
        if let category = handbook.category(complaint.category)?.term { details.append(category) }
        if complaint.groupSize > 1 {
            details.append(Term("\(complaint.groupSize) 人", "a group of \(complaint.groupSize)"))
        }
        if complaint.lawsuit != .none {
            details.append(Term("诉讼", "lawsuit").joined(complaint.lawsuit.term))
        }
        if complaint.media != .none { details.append(Term("媒体", "media").joined(complaint.media.term)) }
        if complaint.support != .none { details.append(Term("需要支持", "needs support").joined(complaint.support.term)) }
        if complaint.origin != .unspecified { details.append(complaint.origin.term) }
        if complaint.source != .unspecified { details.append(complaint.source.term) }
        if complaint.lapse != .unspecified { details.append(complaint.lapse.term) }
        if complaint.about != .unspecified { details.append(complaint.about.term) }
        if complaint.seeks != .unspecified { details.append(complaint.seeks.term) }
        if complaint.urgent { details.append(Term("紧急", "urgent")) }
        if complaint.hasOurResponsibility {
            details.append(
                complaint.ourResponsibility
                    ? Term("属我方责任", "our responsibility") : Term("非我方责任", "not our responsibility"))
        }
        return Term("投诉", "complaint").followed(by: details)
    }

    private func words(of step: CaseStep, _ record: Record) -> Term {
        var details: [Term] = []
        switch step.kind {
        case .dispatched, .transferred:
            let person = step.toPerson.isEmpty ? "" : " \(step.toPerson)"
            details.append(Term("给 \(step.toSite)\(person)", "to \(step.toSite)\(person)"))
        case .accepted where !step.toPerson.isEmpty: details.append(Term(step.toPerson, step.toPerson))
        case .delayCause: details.append(step.delayCause.term)
        case .powerUsed: details.append(step.power.term)
        case .stageEntered: details.append(step.stage.term)
        case .rootCause:
            details += step.causes.map(\.term)
            if let gap = handbook.gap(Int(step.gap)) { details.append(gap.term) }
            let whys = record.personal?.whys.count ?? 0
            if whys > 0 { details.append(Term("追问 \(whys) 个为什么", whys == 1 ? "1 why" : "\(whys) whys")) }
        case .gradeLowered:
            if let grade = Grade(rawValue: Int(step.grade)) {
                details.append(Term("降为\(grade.term.chinese)", "to \(grade.term.english)"))
            }
        default: break
        }
        if step.hasGroupSize { details.append(Term("\(step.groupSize) 人", "a group of \(step.groupSize)")) }
        if step.hasLawsuit { details.append(Term("诉讼", "lawsuit").joined(step.lawsuit.term)) }
        if step.hasMedia { details.append(Term("媒体", "media").joined(step.media.term)) }
        if step.hasSupport { details.append(Term("需要支持", "needs support").joined(step.support.term)) }
        if step.hasImpact { details.append(Term("影响面", "impact").joined(step.impact.term)) }
        if step.hasControl { details.append(Term("掌控度", "control").joined(step.control.term)) }
        if step.hasUrgent { details.append(step.urgent ? Term("紧急", "urgent") : Term("不紧急", "not urgent")) }
        return step.kind.term.followed(by: details)
    }

    private func words(of visit: Visit) -> Term {
        var details: [Term] = []
        if visit.method != .unspecified { details.append(visit.method.term) }
        if !visit.reached { details.append(Term("未接通", "not reached")) }
        if visit.hasSatisfaction {
            details.append(Term("满意度 \(visit.satisfaction)", "satisfaction \(visit.satisfaction)"))
        }
        if visit.hasConfirmsResolution {
            details.append(
                visit.confirmsResolution
                    ? Term("客户确认已解决", "the customer says that it is resolved")
                    : Term("客户说没有解决", "the customer says that it is not resolved"))
        }
        return Term("回访", "return visit").followed(by: details)
    }

    // MARK: What followed

    private func consequences() -> [Line] {
        var lines = view.rises.map { rise in
            let grade = rise.grade.term
            let notStated = rise.delayNotStated && rise.rule.isAge
            return derived(
                rise.at, .rise,
                Term(
                    "升为\(grade.chinese)：\(rise.rule.term.chinese)" + (notStated ? "（延误原因未说明，按我方计）" : ""),
                    "rose to \(grade.english): \(rise.rule.term.english)"
                        + (notStated ? " (cause of the delay not stated, counted as ours)" : "")), rise.evidence)
        }
        for limit in view.limits + view.ageing {
            guard case .missed(let since, _) = limit.status else { continue }
            let name = handbook.term(ofLimit: limit.code)
            lines.append(
                derived(since, .breach, Term("超过时限：\(name.chinese)", "passed the limit: \(name.english)"), [view.id]))
        }
        if case .confirmed(let at, _, bySilence: true) = view.state {
            lines.append(
                derived(at, .silence, Term("无人反对，视为已确认", "nobody objected: counts as confirmed"), [view.id]))
        }
        for closing in view.falseClosings {
            lines.append(derived(closing.reopenedAt, .warning, FlagKind.falseClosing.term, [closing.evidence]))
        }
        if let second = view.refusals.dropFirst().first {
            lines.append(derived(second.at, .warning, FlagKind.passedOn.term, view.refusals.map(\.record)))
        }
        for step in view.escalations {
            let rung = step.rung.term
            lines.append(
                derived(
                    step.at, .warning,
                    Term("仍未解决，上报\(rung.chinese)", "still open: \(rung.english) has to know"), [view.id]))
        }
        for drift in view.drifts { lines.append(derived(drift.at, .warning, drift.kind.flag.term, drift.evidence)) }
        if let other = view.repeatOf {
            let term =
                other.kind == .urgedAgain
                ? Term("催办：同一客户同一问题，前一件未办结", "urges an earlier complaint that is still open")
                : Term("二次投诉：前一件办结后再次投诉", "complained of again after handling was finished")
            lines.append(derived(other.at, .warning, term, [other.earlier]))
        }
        return lines.sorted { ($0.at, $0.kind.rawValue, $0.text.english) < ($1.at, $1.kind.rawValue, $1.text.english) }
    }

    private func derived(_ at: Timestamp, _ kind: Line.Kind, _ text: Term, _ records: [RecordID]) -> Line {
        Line(at: max(at, view.madeAt), kind: kind, site: nil, author: "", text: text, records: records)
    }
}

extension GradeRule {
    /// Whether a clock fires it.
    var isAge: Bool { if case .unresolved = condition { true } else { false } }
}

extension Handbook {
    /// The words of a time limit or of a grade rule by age; its code where the handbook has it no more.
    package func term(ofLimit code: String) -> Term {
        timeLimits.limit(code)?.term ?? gradeRule(code)?.term ?? Term(code, code)
    }
}

extension Term {
    /// Two words that belong together.
    fileprivate func joined(_ other: Term) -> Term {
        Term(chinese + other.chinese, "\(english): \(other.english)")
    }

    /// With details after it.
    fileprivate func followed(by details: [Term]) -> Term {
        guard !details.isEmpty else { return self }
        return Term(
            chinese + "：" + details.map(\.chinese).joined(separator: "，"),
            english + ": " + details.map(\.english).joined(separator: ", "))
    }
}
