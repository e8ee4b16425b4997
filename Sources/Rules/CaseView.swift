package import Handbooks
package import Records

/// What follows from the facts of a case at one moment, under one handbook.
package struct CaseView: Sendable, Equatable {
    /// The complaint's record.
    package var id: RecordID
    /// The site that wrote the complaint down.
    package var site: SiteID
    /// The site that the case was last given to, 派单 or 转派, and that did not refuse it.
    package var responsibleSite: SiteID
    /// Who has it in hand there; empty when nobody was named.
    package var responsiblePerson: String
    package var madeAt: Timestamp
    /// Codes of the handbook; empty when not stated.
    package var category: String
    package var touchpoint: String
    package var product: String
    /// As last stated.
    package var urgent: Bool
    /// 人数, as last stated; at least 1.
    package var groupSize: Int
    /// 影响面 and 掌控度, as last stated.
    package var impact: Complaint.Impact
    package var control: Complaint.Control
    package var state: CaseState
    package var grade: Grade
    /// The gravest grade that it ever had; `grade <= peak`.
    package var peak: Grade
    /// Every rise, in the order of time. One that the facts no longer support is not among them.
    package var rises: [GradeRise]
    /// The last lowering by a person, if there was one.
    package var lowering: GradeLowering?
    /// The limits that bind it or did, in the handbook's order.
    package var limits: [LimitView]
    /// The ages that raise its grade, in the handbook's order; their codes are those of the grade rules.
    package var ageing: [LimitView]
    /// As last stated.
    package var delayCause: DelayCause
    /// To whom it was given, in the order of time.
    package var handovers: [CaseHandover]
    /// Refusals of those that it was given to, in the order of time; two of them are 推诿.
    package var refusals: [CaseRefusal]
    /// The powers of a complaint centre that were used, in the order of time.
    package var powers: [PowerUse]
    /// The stages that it entered, with the impact that it had there, in the order of time.
    package var curve: [StagePoint]
    /// What was found to be at the bottom of it; nil while nobody said.
    package var rootCause: RootCause?
    /// The levels of the ladder that it reached by staying open, in the order of time.
    package var escalations: [CaseEscalation]
    /// How it went the wrong way, in the order of time.
    package var drifts: [CaseDrift]
    /// At least one, in the order of time.
    package var openPeriods: [OpenPeriod]
    /// How often it was opened again.
    package var reopenedCount: Int
    package var falseClosings: [FalseClosing]
    /// The first thing that anybody did about it.
    package var firstReaction: Timestamp?
    package var answeredAt: Timestamp?
    /// How often the customer asked again, 催办, by steps.
    package var urgedCount: Int
    package var repeatOf: RepeatEvidence?
    /// The issue that makes it hot.
    package var hotIssue: String?
    /// Steps and visits that do not count, because their site was never given the case.
    package var disregarded: [RecordID]
    /// Lowerings of the grade by those who may only propose one; see `Authority`.
    package var proposals: [GradeProposal]
    /// The next moment at which this view changes by time alone; nil when there is none.
    package var nextReview: Timestamp?
    /// The view changes when everything up to this moment was heard from the site; nil when nothing waits for that.
    package var awaitsWord: Timestamp?

    /// When it was resolved; nil while it is open or ended without resolution.
    package var resolvedAt: Timestamp? {
        switch state {
        case .resolved(let at), .confirmed(_, let at, _): at
        case .open, .closed: nil
        }
    }

    /// When its resolution was confirmed.
    package var confirmedAt: Timestamp? {
        if case .confirmed(let at, _, _) = state { at } else { nil }
    }

    /// Whether it is being handled.
    package var isOpen: Bool { state == .open }

    /// How long it was open in all, up to `now`. (domain: "Age counts the time that the case was open".)
    package func openDuration(at now: Timestamp) -> Duration {
        openPeriods.reduce(.zero) { $0 + $1.duration(at: now) }
    }

    /// Whether it was open at that moment; not yet open before it was made, no longer at the moment of its end.
    package func isOpen(at moment: Timestamp) -> Bool {
        openPeriods.contains { period in period.start <= moment && period.end.map { moment < $0 } ?? true }
    }
}

/// One rise of a grade with its evidence.
package struct GradeRise: Sendable, Hashable {
    /// What it rose to.
    package var grade: Grade
    package var at: Timestamp
    package var rule: GradeRule
    /// The records that it follows from.
    package var evidence: [RecordID]
    /// The delay counts as ours only because nobody stated its cause.
    package var delayNotStated: Bool
}

/// A person's lowering of a grade; it holds until there is new evidence.
package struct GradeLowering: Sendable, Hashable {
    package var grade: Grade
    package var at: Timestamp
    /// The step that did it, with its reason and author.
    package var record: RecordID
}

/// A lowering of a grade that its writer had not the authority for.
package struct GradeProposal: Sendable, Hashable {
    /// The step.
    package var record: RecordID
    /// Whose log it stands in.
    package var site: SiteID
    package var at: Timestamp
}

/// How a case stands to one time limit.
package struct LimitView: Sendable, Hashable {
    /// The code of the time limit or of the grade rule.
    package var code: String
    /// The limit moment, pauses and reopenings counted; itself a breach.
    package var dueAt: Timestamp
    package var status: LimitStatus
}

/// The standing of a time limit. (domain: time limits.)
package enum LimitStatus: Sendable, Hashable {
    /// Kept at that moment. `recordedLate`: it was only written down after the limit, so that it was unknown for a while.
    case met(at: Timestamp, recordedLate: Bool)
    /// Not kept. `done` is when it happened after all.
    case missed(since: Timestamp, done: Timestamp?)
    /// Still in time, and before the warning.
    case notYetDue(warnAt: Timestamp)
    /// Still in time, and the warning came.
    case dueSoon(since: Timestamp)
    /// The limit passed, and the site was not heard from up to it: no breach.
    case unknown(heardUntil: Timestamp)
    /// It stands still, as the handbook says that it does for what the delay is stated to be due to.
    case paused(since: Timestamp)
    /// It stopped binding before it fell due: the case ended, became (or stopped being) urgent, or the delay is not ours.
    case notApplicable
}
