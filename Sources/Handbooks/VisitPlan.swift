package import Records

/// The plan of return visits, 回访计划. (domain: return-visit plan.)
package struct VisitPlan: Hashable, Sendable {
    package var items: [VisitPlanItem]
    /// After so many visits that did not reach the customer an item is "unreachable", never "done".
    package var attempts: Int
}

/// One line of the plan.
package struct VisitPlanItem: Hashable, Sendable {
    /// What the visit is counted from.
    package enum Event: String, Hashable, Sendable, CaseIterable {
        /// A complaint of the customer was resolved.
        case caseResolved = "case_resolved"
        /// What a customer's profile states: something was bought, something was delivered, the customer first logged in.
        case purchase, delivery
        case firstLogin = "first_login"
        /// The customer's first profile was written.
        case customerAdded = "customer_added"
        /// The last visit that reached the customer; the first profile as long as there was none.
        case lastVisit = "last_visit"
        /// A day of the calendar, for every customer whom it binds.
        case calendar

        /// The word for people.
        package var term: Term {
            switch self {
            case .caseResolved: Term("投诉解决", "case resolved")
            case .purchase: Term("购买", "purchase")
            case .delivery: Term("交付", "delivery")
            case .firstLogin: Term("首次登录", "first login")
            case .customerAdded: Term("建档", "profile")
            case .lastVisit: Term("上次回访", "last visit")
            case .calendar: Term("固定日期", "calendar")
            }
        }
    }

    /// 序号: what a visit names to say that it fulfils this item.
    package var number: String
    /// The code of the customer type, 客户类型; nil for every customer.
    package var customerType: String?
    package var event: Event
    /// From the event to the visit, 回访时间; nothing, where days of the calendar are named.
    package var after: Span
    /// When visits are due that follow from the calendar.
    package var days: [CalendarDay]
    /// How long after it fell due the visit is still in time.
    package var within: Span
    /// 回访方式.
    package var method: Visit.Method
    /// What to ask, 回访内容.
    package var contents: Term

    package init(
        number: String, customerType: String? = nil, event: Event, after: Span, days: [CalendarDay] = [],
        within: Span, method: Visit.Method, contents: Term
    ) {
        self.number = number
        self.customerType = customerType
        self.event = event
        self.after = after
        self.days = days
        self.within = within
        self.method = method
        self.contents = contents
    }

    /// When it is due, for people: `首次登录 + 7 天`, or the days of the calendar.
    package func when(_ language: Language) -> String {
        event == .calendar
            ? days.map { $0.text(language) }.joined(separator: language == .chinese ? "、" : ", ")
            : "\(event.term[language]) + \(after.text(language))"
    }
}

/// One line of the table of meetings. (domain: the monthly review meeting.)
package struct MeetingPlanItem: Hashable, Sendable {
    /// 序号.
    package var number: String
    /// 会议时间, for example "end of every month".
    package var when: Term
    /// 会议内容.
    package var contents: Term
    /// Codes of the departments that are invited, 参会部门.
    package var departments: [String]
}

/// When silence is a sign. (domain: customers, "Silence".)
package struct SilencePolicy: Hashable, Sendable {
    /// A site that is heard but wrote nothing down for so long is silent.
    package var noRecordsAfter: Duration
    /// A site from which nothing at all was heard for so long is out of reach; that says nothing about its customers.
    package var notHeardAfter: Duration
}
