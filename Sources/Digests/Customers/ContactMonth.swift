package import Records

/// With whom somebody was in touch: every customer of whom anything is written down, as things stood when the month ended.
package struct ContactMonth: Sendable {
    package var customers: [Customer]

    /// One customer.
    package struct Customer: Sendable {
        /// An opaque name; only its beginning is shown.
        package var name: String
        /// The last contact; of somebody with whom nobody ever was in touch, the first record.
        package var record: RecordID
        /// When that was.
        package var since: Timestamp
        /// Somebody ever was in touch.
        package var wasContacted: Bool
        /// Somebody was in touch in the month.
        package var isContacted: Bool
        /// Nobody was in touch for longer than the handbook allows.
        package var isSilent: Bool
        /// That came to be so in the month.
        package var isNewlySilent: Bool
        /// Nil for a customer who is no key account.
        package var keyAccount: KeyAccount?

        package init(
            name: String, record: RecordID, since: Timestamp, wasContacted: Bool = true, isContacted: Bool,
            isSilent: Bool,
            isNewlySilent: Bool, keyAccount: KeyAccount? = nil
        ) {
            self.name = name
            self.record = record
            self.since = since
            self.wasContacted = wasContacted
            self.isContacted = isContacted
            self.isSilent = isSilent
            self.isNewlySilent = isNewlySilent
            self.keyAccount = keyAccount
        }
    }

    /// What is told of a key account 重点客户.
    package struct KeyAccount: Sendable {
        /// The profile that last says so.
        package var profile: RecordID
        /// The code of the tier; nil where customers are not graded.
        package var tier: String?
        /// The code of the place on the waterfall; nil when nothing was measured.
        package var state: String?
        /// 年销售额 and 净客户利润 as last told.
        package var annualSales: Double?
        package var netProfit: Double?

        package init(
            profile: RecordID, tier: String? = nil, state: String? = nil, annualSales: Double? = nil,
            netProfit: Double? = nil
        ) {
            self.profile = profile
            self.tier = tier
            self.state = state
            self.annualSales = annualSales
            self.netProfit = netProfit
        }
    }

    package init(customers: [Customer]) { self.customers = customers }
}

/// What a digest keeps of customers with and without contact beside its figures.
package struct ContactSummary: Sendable, Codable, Equatable {
    /// Those who are silent first, the longest of them first of all; no more than `mostAccounts`.
    package var keyAccounts: [Account]
    /// Who is no key account and came to be silent in the month, the longest first; no more than `mostSilent`.
    package var silent: [Silence]

    /// One key account.
    package struct Account: Sendable, Codable, Equatable {
        /// The beginning of an opaque name.
        package var customer: String
        package var profile: RecordID
        /// The last contact, or the first record where there was none.
        package var since: Timestamp
        package var wasContacted: Bool
        package var isSilent: Bool
        package var tier: String?
        package var state: String?
        package var annualSales: Double?
        package var netProfit: Double?
    }

    /// One customer with whom nobody is in touch.
    package struct Silence: Sendable, Codable, Equatable {
        /// The beginning of an opaque name.
        package var customer: String
        /// The last contact, or the first record where there was none.
        package var record: RecordID
        package var since: Timestamp
        package var wasContacted: Bool
    }

    private static let mostAccounts = 200
    private static let mostSilent = 50
    /// A figure beyond it is a slip of the pen.
    private static let greatestFigure = 1e15

    /// Nil where nobody is known.
    init?(_ month: ContactMonth?) {
        guard let month, !month.customers.isEmpty else { return nil }
        keyAccounts = month.customers.compactMap { customer -> Account? in
            guard let account = customer.keyAccount else { return nil }
            return Account(
                customer: CustomerText.shortName(customer.name), profile: account.profile, since: customer.since,
                wasContacted: customer.wasContacted, isSilent: customer.isSilent, tier: account.tier,
                state: account.state,
                annualSales: account.annualSales.flatMap(Self.presentable),
                netProfit: account.netProfit.flatMap(Self.presentable))
        }.sorted { ($0.isSilent ? 0 : 1, $0.since, $0.profile) < ($1.isSilent ? 0 : 1, $1.since, $1.profile) }
        keyAccounts = Array(keyAccounts.prefix(Self.mostAccounts))
        silent = month.customers.filter { $0.isNewlySilent && $0.keyAccount == nil }.map { customer in
            Silence(
                customer: CustomerText.shortName(customer.name), record: customer.record, since: customer.since,
                wasContacted: customer.wasContacted)
        }.sorted { ($0.since, $0.record) < ($1.since, $1.record) }
        silent = Array(silent.prefix(Self.mostSilent))
    }

    private static func presentable(_ figure: Double) -> Double? {
        abs(figure) < greatestFigure ? Interval.rounded(figure) : nil
    }
}

extension CustomerText {
    /// The beginning of a customer's opaque name, as flags show it: enough to ask for the customer at headquarters.
    static func shortName(_ name: String) -> String { String(name.prefix(8)) }
}
