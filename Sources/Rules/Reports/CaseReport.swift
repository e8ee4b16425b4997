package import Handbooks
package import Records

/// A case as it is shown to people and programs, the same at a branch and at headquarters. Keys are stable: they are added
/// to, never changed. Texts are in one language; codes stand beside them.
package struct CaseReport: Codable, Sendable, Equatable {
    package var id: RecordID
    package var site: SiteID
    package var responsibleSite: SiteID
    /// Empty when nobody was named.
    package var responsiblePerson: String
    /// Whether it was ever given to a site, 派单.
    package var wasGiven: Bool
    /// The complaint's title or first words, as far as the reader may see them.
    package var title: String
    /// A code of the handbook, and its words.
    package var category: String
    package var categoryText: String
    package var touchpoint: String
    package var product: String
    /// In the site's zone.
    package var madeAt: String
    package var state: String
    package var stateText: String
    package var grade: Grade
    package var gradeText: String
    package var peak: Grade
    package var isUrgent: Bool
    package var groupSize: Int
    package var delayCause: String
    package var delayCauseText: String
    /// How long it was open in all.
    package var openSeconds: Int64
    /// A limit that binds it or an age passed, and nothing was done yet.
    package var isOverdue: Bool
    /// What falls due next, or fell due first; nil when nothing is to be done.
    package var next: Limit?
    /// Its cell of the impact × control map; never a grade.
    package var cell: String?
    package var cellText: String?
    /// The stage that it is in.
    package var stage: String?
    /// Only of a single case.
    package var detail: CaseDetail?

    /// How it stands to a time limit or an age.
    package struct Limit: Codable, Sendable, Equatable {
        package var code: String
        package var text: String
        package var dueAt: String
        /// met, missed, not_yet_due, due_soon, unknown, paused or not_applicable.
        package var status: String
        /// Until it falls due; negative when it has. Nil when it is settled.
        package var secondsLeft: Int64?
        /// Kept, but written down only after the limit.
        package var recordedLate: Bool?
    }

    /// - Parameter words: what of a customer's words the reader may see.
    package init(
        _ evidence: CaseEvidence, _ view: CaseView, handbook: Handbook, language: Language, at now: Timestamp,
        words: (String) -> String
    ) {
        let zone = evidence.zone
        id = view.id
        site = view.site
        (responsibleSite, responsiblePerson) = (view.responsibleSite, view.responsiblePerson)
        wasGiven = !view.handovers.isEmpty
        let personal = evidence.complaint.personal
        title = words(personal.map { $0.subject.isEmpty ? $0.text : $0.subject } ?? "")
        category = view.category
        categoryText = handbook.category(view.category)?.term[language] ?? view.category
        (touchpoint, product) = (view.touchpoint, view.product)
        madeAt = view.madeAt.text(in: zone)
        (state, stateText) = (view.state.code, view.state.term[language])
        (grade, gradeText, peak) = (view.grade, view.grade.term[language], view.peak)
        (isUrgent, groupSize) = (view.urgent, view.groupSize)
        (delayCause, delayCauseText) = (view.delayCause.code, view.delayCause.term[language])
        openSeconds = Int64(view.openDuration(at: now).components.seconds)
        isOverdue = view.isOverdue
        next = view.nextLimit.map { Limit($0, isOpen: view.isOpen, handbook, language, zone, at: now) }
        let cell = handbook.impactControl?.kind(impact: view.impact, control: view.control, grade: view.grade)
        (self.cell, cellText) = (cell?.rawValue, cell?.term[language])
        stage = view.curve.last?.stage.code
    }
}

extension CaseReport.Limit {
    init(
        _ limit: LimitView, isOpen: Bool, _ handbook: Handbook, _ language: Language, _ zone: TimeZoneRules,
        at now: Timestamp
    ) {
        code = limit.code
        text = handbook.term(ofLimit: limit.code)[language]
        dueAt = limit.dueAt.text(in: zone)
        status = limit.status.code
        switch limit.status {
        case .met(_, let late): recordedLate = late ? true : nil
        case .notApplicable, .paused, .missed(_, done: .some): break
        case .missed, .notYetDue, .dueSoon, .unknown:
            secondsLeft = Int64((limit.dueAt - now).components.seconds)
        }
    }
}

extension CaseView {
    /// Whether a limit or an age passed and nothing was done yet.
    package var isOverdue: Bool {
        isOpen
            && (limits + ageing).contains { limit in
                if case .missed(_, done: nil) = limit.status { true } else { false }
            }
    }

    /// What is still to be done first: the earliest limit that is not settled, and then the earliest age.
    package var nextLimit: LimitView? {
        guard isOpen else { return nil }
        return (limits + ageing).filter { limit in
            switch limit.status {
            case .missed(_, done: nil), .notYetDue, .dueSoon, .unknown: true
            case .missed, .met, .paused, .notApplicable: false
            }
        }.min { ($0.dueAt, $0.code) < ($1.dueAt, $1.code) }
    }
}

extension CaseState {
    /// Stable, lower-case ASCII.
    package var code: String {
        switch self {
        case .open: "open"
        case .resolved: "resolved"
        case .confirmed: "confirmed"
        case .closed: "closed"
        }
    }

    /// The word for people.
    package var term: Term {
        switch self {
        case .open: Term("处理中", "open")
        case .resolved: Term("已解决，待确认", "resolved, not confirmed yet")
        case .confirmed(_, _, bySilence: true): Term("已确认（无人反对）", "confirmed by silence")
        case .confirmed: Term("客户已确认", "confirmed by the customer")
        case .closed(_, let reason):
            Term("未解决而关闭：\(reason.term.chinese)", "ended without resolution: \(reason.term.english)")
        }
    }
}

extension LimitStatus {
    /// Stable, lower-case ASCII.
    package var code: String {
        switch self {
        case .met: "met"
        case .missed: "missed"
        case .notYetDue: "not_yet_due"
        case .dueSoon: "due_soon"
        case .unknown: "unknown"
        case .paused: "paused"
        case .notApplicable: "not_applicable"
        }
    }
}
