import Records

/// Which records belong to each case that a site knows, and what was last found of it.
struct SiteCases {
    /// What a list needs of a case.
    struct Line {
        var grade: Grade
        var made: Timestamp
        var category: String
        var sites: [SiteID]
        var isOpen: Bool
        var isOverdue: Bool
        /// The next moment at which this changes by time alone.
        var nextReview: Timestamp?
        /// Up to when word of the site that has to act is waited for.
        var awaitsWord: Timestamp?
    }

    /// The complaint's record first, when it is known; the rest in no order.
    private(set) var records: [RecordID: [RecordID]] = [:]
    /// What was found of a case that nothing came in of since.
    var lines: [RecordID: Line] = [:]
    /// The version of the handbook that they follow from.
    private var judgedBy = ""

    /// What was found under another handbook is found anew.
    mutating func judge(by handbook: String) {
        if handbook != judgedBy { (lines, judgedBy) = ([:], handbook) }
    }

    mutating func note(_ record: Record) {
        let id: RecordID?
        switch record.facts.body {
        case .complaint: id = record.id
        case .step(let step): id = RecordID(bytes: step.caseID)
        case .visit(let visit): id = RecordID(bytes: visit.caseID)
        default: id = nil
        }
        guard let id else { return }
        records[id, default: []].append(record.id)
        lines[id] = nil
    }
}
