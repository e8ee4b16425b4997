package import Records

/// A recurring issue 同类问题 as the month sees it.
package struct IssueSummary: Sendable, Codable, Equatable {
    /// The issue's identity.
    package var id: RecordID
    /// In a customer's or a person's words; masked before it is shown.
    package var title: String
    package var category: String?
    package var touchpoint: String?
    /// The complaints and problems of the month that belong to it: its evidence.
    package var members: [RecordID]
    /// Occurrences in all its life.
    package var occurrences: Int
    /// Different known complainants in all its life; anonymous ones are never counted.
    package var complainants: Int
    /// Anonymous occurrences in all its life, shown as "+n".
    package var anonymous: Int
    package var sites: [SiteID]
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var status: IssueStatus
    /// Set when the hot rule is satisfied by a window that touches the month.
    package var hot: HotWindow?
    /// A few of its texts; masked and cut before they are shown.
    package var samples: [String]
    /// Occurrences in each of the weeks up to the month's end, the latest last; nil in a digest of an older version.
    package var weeks: [Int]?
    /// Where the service fails in the handbook's blueprint 失败点, and what prevents it 对策; nil when it points nowhere.
    package var failPoint: Term?
    package var countermeasure: Term?
    /// The quality gap 服务质量差距 that such complaints most often come from.
    package var gap: Term?

    package init(
        id: RecordID, title: String, category: String? = nil, touchpoint: String? = nil, members: [RecordID],
        occurrences: Int, complainants: Int, anonymous: Int = 0, sites: [SiteID], firstSeen: Timestamp,
        lastSeen: Timestamp, status: IssueStatus = .recurring, hot: HotWindow? = nil, samples: [String] = [],
        weeks: [Int]? = nil
    ) {
        self.id = id
        self.title = title
        self.category = category
        self.touchpoint = touchpoint
        self.members = members
        self.occurrences = occurrences
        self.complainants = complainants
        self.anonymous = anonymous
        self.sites = sites
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.status = status
        self.hot = hot
        self.samples = samples
        self.weeks = weeks
    }
}

/// A stretch of time in which an issue satisfied the hot rule.
package struct HotWindow: Sendable, Codable, Equatable {
    package var from: Timestamp
    package var until: Timestamp
    /// Different known complainants in it.
    package var complainants: Int
    /// The complaints that make it hot.
    package var records: [RecordID]

    package init(from: Timestamp, until: Timestamp, complainants: Int, records: [RecordID]) {
        self.from = from
        self.until = until
        self.complainants = complainants
        self.records = records
    }
}

/// The life of an issue: new → recurring → assigned → fixed → regressed → closed; or muted.
package enum IssueStatus: String, Sendable, Codable, CaseIterable, Comparable {
    // In the order in which a meeting wants them.
    case regressed, new, recurring, assigned, fixed, muted, closed

    package static func < (left: IssueStatus, right: IssueStatus) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// What people call it.
    package var term: Term {
        switch self {
        case .regressed: Term("复发", "regressed")
        case .new: Term("新", "new")
        case .recurring: Term("反复", "recurring")
        case .assigned: Term("已派", "assigned")
        case .fixed: Term("已解决", "fixed")
        case .muted: Term("已静默", "muted")
        case .closed: Term("已关闭", "closed")
        }
    }
}
