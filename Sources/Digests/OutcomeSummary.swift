package import Records

/// What a meeting decided 会议结果, and what came of it up to the month's end.
package struct OutcomeSummary: Sendable, Codable, Equatable {
    /// The action item's record.
    package var id: RecordID
    /// The month whose meeting decided it, `2019-06`; nil when it was no meeting.
    package var month: String?
    package var decided: Timestamp
    /// In headquarters' words; masked before it is shown.
    package var text: String
    /// The department that answers for it.
    package var department: Term?
    package var sites: [SiteID]
    package var issue: RecordID?
    package var due: Timestamp?
    package var state: State
    package var doneAt: Timestamp?
    /// Whether it worked; nil when it answers no issue.
    package var effect: Effect?

    /// What became of it.
    package enum State: String, Sendable, Codable, CaseIterable {
        case done
        /// Done, after it was due.
        case doneLate = "done_late"
        /// Under way; not yet due.
        case open
        /// Not done, and due.
        case overdue
    }

    /// How often the issue came up after, against before.
    package struct Effect: Sendable, Codable, Equatable {
        package var verdict: Verdict
        /// Rate after by rate before, with its 95 % interval; nil when there were too few.
        package var ratio: Double?
        package var low: Double?
        package var high: Double?

        package init(verdict: Verdict, ratio: Double? = nil, low: Double? = nil, high: Double? = nil) {
            self.verdict = verdict
            self.ratio = ratio
            self.low = low
            self.high = high
        }
    }

    /// Whether an action worked.
    package enum Verdict: String, Sendable, Codable, CaseIterable {
        case worked
        case noEffect = "no_effect"
        case worse
        case cannotTell = "cannot_tell"
    }

    package init(
        id: RecordID, month: String? = nil, decided: Timestamp, text: String, department: Term? = nil,
        sites: [SiteID] = [], issue: RecordID? = nil, due: Timestamp? = nil, state: State, doneAt: Timestamp? = nil,
        effect: Effect? = nil
    ) {
        self.id = id
        self.month = month
        self.decided = decided
        self.text = text
        self.department = department
        self.sites = sites
        self.issue = issue
        self.due = due
        self.state = state
        self.doneAt = doneAt
        self.effect = effect
    }

    /// Sorted inside, its text masked and cut.
    var presentable: OutcomeSummary {
        var outcome = self
        outcome.text = CustomerText.presentable(text, limit: 200)
        outcome.sites = Set(sites).sorted()
        return outcome
    }
}

extension OutcomeSummary.State {
    /// What people call it.
    package var term: Term {
        switch self {
        case .done: Term("已完成", "done")
        case .doneLate: Term("逾期完成", "done late")
        case .open: Term("进行中", "under way")
        case .overdue: Term("逾期未完成", "overdue")
        }
    }
}

extension OutcomeSummary.Verdict {
    /// What people call it.
    package var term: Term {
        switch self {
        case .worked: Term("有效", "worked")
        case .noEffect: Term("未见效果", "no effect seen")
        case .worse: Term("更多了", "more than before")
        case .cannotTell: Term("尚不能判断", "cannot tell yet")
        }
    }
}
