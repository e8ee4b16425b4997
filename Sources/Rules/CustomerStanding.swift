package import Handbooks
package import Records

/// What follows from everything that was written down about one customer, under a handbook, up to a moment. Pure and free of
/// order. (domain: customers.)
package struct CustomerStanding: Sendable, Equatable {
    /// A place on the waterfall, 客户服务瀑布, from a moment on.
    package struct Place: Sendable, Hashable {
        package var state: Waterfall.State
        package var at: Timestamp
        /// Measured by what the customer said or did; else the customer fell by nobody being in touch.
        package var isMeasured: Bool
        /// What measured it.
        package var record: RecordID?
    }

    /// A value figure as last told.
    package struct Figure: Sendable, Hashable {
        package var value: Double
        package var at: Timestamp
    }

    /// By name; a later profile takes the place of the figures that it has.
    package private(set) var figures: [String: Figure] = [:]
    package private(set) var type = ""
    package private(set) var brand = ""
    /// 专人负责: a login name.
    package private(set) var owner = ""
    /// As the last profile says that names one.
    package private(set) var statedTier = ""
    /// As the last profile says that has a mark or a type.
    package private(set) var isKeyAccount = false
    /// When anything was first written down; nil for nobody.
    package private(set) var firstSeen: Timestamp?
    /// The way over the waterfall.
    package let course: CustomerCourse
    package private(set) var complaintCount = 0
    package private(set) var visitCount = 0

    /// - Parameters:
    ///   - records: of this customer, in any order, each once and as it stands; what occurred after `moment` is passed over.
    ///   - zone: for spans of months.
    package init(_ records: [Record], handbook: Handbook, zone: TimeZoneRules, at moment: Timestamp) {
        let told = records.filter { $0.occurred.withinCalendar <= moment }
            .sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        firstSeen = told.first?.occurred.withinCalendar
        course = CustomerCourse(
            told.lazy.compactMap(CustomerCourse.Event.init), policy: handbook.customers.waterfall, zone: zone,
            at: moment)
        for record in told {
            switch record.facts.body {
            case .customer(let profile): take(profile, record.occurred.withinCalendar, handbook)
            case .visit: visitCount += 1
            case .complaint: complaintCount += 1
            default: continue
            }
        }
    }

    /// The last visit that reached the customer, complaint or answer; nil when there was none.
    package var lastContact: Timestamp? { course.lastContact?.at }

    /// In the order of time; empty without any fact of satisfaction.
    package var places: [Place] { course.places }

    /// Where the customer stands now; nil while nothing was ever measured.
    package var place: Place? { places.last }

    private mutating func take(_ profile: CustomerProfile, _ at: Timestamp, _ handbook: Handbook) {
        // What is not a number ranks nowhere and cannot be told as JSON.
        for figure in profile.figures where figure.value.isFinite {
            figures[figure.name] = Figure(value: figure.value, at: at)
        }
        if !profile.type.isEmpty { type = profile.type }
        if !profile.brand.isEmpty { brand = profile.brand }
        if !profile.owner.isEmpty { owner = profile.owner }
        if !profile.tier.isEmpty { statedTier = profile.tier }
        if profile.statesRank { isKeyAccount = profile.isKeyAccount(handbook) }
    }

    /// Since when nobody was in touch, where that is too long: longer than the handbook's interval, or, of a key account, than
    /// its own. Nil when all is well.
    package func silentSince(_ policy: CustomerPolicy, zone: TimeZoneRules, at moment: Timestamp) -> Timestamp? {
        guard let last = lastContact ?? firstSeen else { return nil }
        return policy.isSilent(since: last, isKeyAccount: isKeyAccount, zone: zone, at: moment) ? last : nil
    }
}

extension CustomerProfile {
    /// The customer type that says that somebody is a key account.
    private static let keyAccountType = "key_account"

    /// Whether it says anything of the customer being a key account: with the mark, or with a type that is one or is none.
    package var statesRank: Bool { keyAccount || !type.isEmpty }

    /// Whether it says that the customer is a key account, by itself or by the type.
    package func isKeyAccount(_ handbook: Handbook) -> Bool {
        keyAccount || !type.isEmpty && handbook.customerType(named: type)?.code == Self.keyAccountType
    }
}
