package import Records

/// Where customers stood on the waterfall 客户服务瀑布 when the month began and when it ended.
package struct WaterfallMonth: Sendable {
    /// The states from the top.
    package var states: [NamedCode]
    /// 控制点: from here down a customer is won back or lost.
    package var controlPoint: String
    /// What kind of organisation loses and wins loyal customers so; nil where nobody is loyal.
    package var firmType: Term?
    /// Everybody of whom anything was ever measured.
    package var customers: [Customer]

    /// One customer's part in it.
    package struct Customer: Sendable {
        /// What last measured where the customer stands.
        package var record: RecordID
        /// A state's code; nil when nothing had been measured before the month.
        package var before: String?
        package var after: String
        /// Else the customer fell by nobody being in touch.
        package var isMeasured: Bool
        /// Was below satisfied when the month began or came to be.
        package var hasFallen: Bool
        /// Has fallen and was measured satisfied or better at the end.
        package var isRecovered: Bool

        package init(
            record: RecordID, before: String?, after: String, isMeasured: Bool, hasFallen: Bool, isRecovered: Bool
        ) {
            self.record = record
            self.before = before
            self.after = after
            self.isMeasured = isMeasured
            self.hasFallen = hasFallen
            self.isRecovered = isRecovered
        }
    }

    package init(states: [NamedCode], controlPoint: String, firmType: Term? = nil, customers: [Customer]) {
        self.states = states
        self.controlPoint = controlPoint
        self.firmType = firmType
        self.customers = customers
    }
}

/// What a digest keeps of the waterfall beside its figures.
package struct WaterfallSummary: Sendable, Codable, Equatable {
    /// The states from the top.
    package var states: [NamedCode]
    package var controlPoint: String
    package var firmType: Term?

    /// Nil where nothing was ever measured.
    init?(_ month: WaterfallMonth?) {
        guard let month, !month.customers.isEmpty else { return nil }
        (states, controlPoint, firmType) = (month.states, month.controlPoint, month.firmType)
    }

    /// The place of a state from the top; nil for one that is none.
    func depth(_ code: String?) -> Int? { states.firstIndex { $0.code == code } }
}
