package import Handbooks
package import Records

/// What is told of a single case beside its summary: all that happened, and everything that its grade follows from.
package struct CaseDetail: Codable, Sendable, Equatable {
    /// One line of the timeline.
    package struct Line: Codable, Sendable, Equatable {
        package var at: String
        package var kind: CaseStory.Line.Kind
        package var site: SiteID?
        package var author: String
        package var text: String
        /// What was written with it, as far as the reader may see it.
        package var words: String
        package var records: [RecordID]
        /// False for a step of a site that the case was never given to, and for a mere proposal.
        package var counts: Bool
        /// Only where it was written down a day or more after it happened.
        package var recordedAt: String?
    }

    /// A point of the stage curve.
    package struct Stage: Codable, Sendable, Equatable {
        package var stage: String
        package var text: String
        package var at: String
        /// small, large or unspecified.
        package var impact: String
        package var impactText: String
    }

    /// One of the eight powers, used.
    package struct Power: Codable, Sendable, Equatable {
        package var power: String
        package var text: String
        package var author: String
        package var site: SiteID
        package var at: String
    }

    /// What lies at the bottom of it.
    package struct Cause: Codable, Sendable, Equatable {
        package var causes: [String]
        package var texts: [String]
        /// 1 to 5, and its words.
        package var gap: Int?
        package var gapText: String?
        /// From the first to the last, as far as the reader may see them.
        package var whys: [String]
    }

    /// One thing to do by the crisis plan.
    package struct Measure: Codable, Sendable, Equatable {
        package var text: String
        package var role: String
        package var dueAt: String
        package var secondsLeft: Int64
    }

    package var timeline: [Line]
    package var limits: [CaseReport.Limit]
    package var curve: [Stage]
    package var powers: [Power]
    package var cause: Cause?
    /// inward, worse, spread.
    package var drifts: [String]
    package var repeatOf: RecordID?
    /// urged_again or second_complaint.
    package var repeatKind: String?
    package var hotIssue: String?
    package var reopenedCount: Int
    package var falseClosings: Int
    package var urgedCount: Int
    /// The handbook's advice: the category's risk profile, and what to do in the cell of the map.
    package var advice: [String]
    /// Who speaks for the organisation; only while the crisis plan is in force.
    package var spokesperson: String?
    package var crisisPlan: [Measure]
    /// The version of the handbook that all this follows from.
    package var handbook: String

    /// - Parameter words: what of people's words the reader may see.
    package init(
        _ evidence: CaseEvidence, _ view: CaseView, handbook: Handbook, language: Language, at now: Timestamp,
        words: (String) -> String
    ) {
        let zone = evidence.zone
        let texts = Self.texts(evidence, words)
        timeline = CaseStory(evidence, view, handbook: handbook).lines.map { line in
            Line(
                at: line.at.text(in: zone), kind: line.kind, site: line.site, author: line.author,
                text: line.text[language], words: line.site == nil ? "" : texts[line.records[0]] ?? "",
                records: line.records, counts: line.counts, recordedAt: line.recorded?.text(in: zone))
        }
        limits = (view.limits + view.ageing).map {
            CaseReport.Limit($0, isOpen: view.isOpen, handbook, language, zone, at: now)
        }
        curve = view.curve.map { point in
            Stage(
                stage: point.stage.code, text: point.stage.term[language], at: point.at.text(in: zone),
                impact: point.impact.code, impactText: point.impact.term[language])
        }
        powers = view.powers.map { use in
            Power(
                power: use.power.code, text: use.power.term[language], author: use.author, site: use.site,
                at: use.at.text(in: zone))
        }
        cause = view.rootCause.map { found in
            let record = evidence.steps.first { $0.id == found.record }
            return Cause(
                causes: found.causes.map(\.code), texts: found.causes.map { $0.term[language] }, gap: found.gap,
                gapText: found.gap.flatMap { handbook.gap($0) }?.term[language],
                whys: (record?.personal?.whys ?? []).map(words))
        }
        drifts = view.drifts.map(\.kind.rawValue)
        (repeatOf, repeatKind) = (view.repeatOf?.earlier, view.repeatOf?.kind.rawValue)
        hotIssue = view.hotIssue
        (reopenedCount, falseClosings, urgedCount) = (view.reopenedCount, view.falseClosings.count, view.urgedCount)
        let cell = handbook.impactControl?.cell(impact: view.impact, control: view.control)
        advice = [handbook.risk(ofCategory: view.category)?.advice, cell?.advice].compactMap { $0?[language] }
        (spokesperson, crisisPlan) = Self.crisis(view, handbook, language, zone, at: now)
        self.handbook = handbook.version
    }

    private static func texts(_ evidence: CaseEvidence, _ words: (String) -> String) -> [RecordID: String] {
        var texts: [RecordID: String] = [:]
        for record in [evidence.complaint] + evidence.steps + evidence.visits {
            guard let personal = record.personal else { continue }
            let parts =
                [personal.subject, personal.text, personal.reason] + personal.problemTexts + personal.helpNeeded
            texts[record.id] = words(parts.filter { !$0.isEmpty }.joined(separator: " · "))
        }
        return texts
    }

    /// What the crisis plan asks for since the case took the grade that brings it into force.
    private static func crisis(
        _ view: CaseView, _ handbook: Handbook, _ language: Language, _ zone: TimeZoneRules, at now: Timestamp
    ) -> (spokesperson: String?, measures: [Measure]) {
        guard let plan = handbook.crisisPlan, view.isOpen, view.grade >= plan.trigger,
            let since = view.rises.first(where: { $0.grade >= plan.trigger })?.at
        else { return (nil, []) }
        let measures = plan.checklist.map { item in
            let due = item.within.end(from: since, in: zone)
            return Measure(
                text: item.term[language], role: plan.role(item.role)?.term[language] ?? item.role,
                dueAt: due.text(in: zone), secondsLeft: Int64((due - now).components.seconds))
        }
        return (plan.spokesperson[language], measures)
    }
}
