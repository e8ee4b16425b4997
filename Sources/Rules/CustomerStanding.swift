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
    /// The last visit that reached the customer, complaint or answer; nil when there was none.
    package private(set) var lastContact: Timestamp?
    /// In the order of time; empty without any fact of satisfaction.
    package private(set) var places: [Place] = []
    package private(set) var complaintCount = 0
    package private(set) var visitCount = 0

    /// - Parameters:
    ///   - records: of this customer, in any order, each once and as it stands; what occurred after `moment` is passed over.
    ///   - zone: for spans of months.
    package init(_ records: [Record], handbook: Handbook, zone: TimeZoneRules, at moment: Timestamp) {
        let told = records.filter { $0.occurred.withinCalendar <= moment }
            .sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        firstSeen = told.first?.occurred.withinCalendar
        var fall = Fall(policy: handbook.customers.waterfall, zone: zone)
        for record in told {
            let at = record.occurred.withinCalendar
            switch record.facts.body {
            case .customer(let profile): take(profile, at, handbook)
            case .visit(let visit):
                visitCount += 1
                guard visit.reached else { continue }
                lastContact = at
                fall.contact(at)
                if visit.hasSatisfaction {
                    let recommendation = visit.hasRecommendation ? Int(visit.recommendation) : nil
                    fall.measure(Int(visit.satisfaction), recommendation, at, record.id)
                }
            case .survey(let answer):
                lastContact = at
                fall.contact(at)
                if answer.hasSatisfaction { fall.measure(Int(answer.satisfaction), nil, at, record.id) }
            case .complaint(let complaint):
                complaintCount += 1
                lastContact = at
                fall.contact(at)
                if let state = complaint.waterfallState { fall.place(state, at, record.id) }
            default: continue
            }
        }
        fall.decay(until: moment)
        places = fall.places
    }

    /// Where the customer stands now; nil while nothing was ever measured.
    package var place: Place? { places.last }

    /// Where the customer stood at an earlier moment; nil when nothing had been measured.
    package func place(at moment: Timestamp) -> Place? { places.last { $0.at <= moment } }

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
        let interval =
            isKeyAccount ? policy.keyAccounts?.silentAfter ?? policy.contactLapsesAfter : policy.contactLapsesAfter
        return interval.flatMap { $0.end(from: last, in: zone) <= moment ? last : nil }
    }
}

extension Complaint {
    /// Where a customer stands who does this: who goes to court, to the authorities or to the media complains outside; nil for a
    /// complaint that says no more than that something is wrong.
    fileprivate var waterfallState: Waterfall.State? {
        if lawsuit != .none || media != .none || channel == .authority || channel == .media {
            return .complainingOutside
        }
        return seeks == .venting ? .angry : nil
    }
}

/// A customer's way down and up the waterfall.
private struct Fall {
    let policy: Waterfall?
    let zone: TimeZoneRules
    var places: [CustomerStanding.Place] = []
    /// The next fall is counted from here: the last contact, or the fall before.
    private var since = Timestamp.zero

    init(policy: Waterfall?, zone: TimeZoneRules) {
        self.policy = policy
        self.zone = zone
    }

    mutating func contact(_ at: Timestamp) {
        decay(until: at)
        since = at
    }

    mutating func measure(_ satisfaction: Int, _ recommendation: Int?, _ at: Timestamp, _ record: RecordID) {
        guard let state = policy?.state(satisfaction: satisfaction, recommendation: recommendation) else { return }
        place(state, at, record)
    }

    mutating func place(_ state: Waterfall.State, _ at: Timestamp, _ record: RecordID) {
        guard policy != nil else { return }
        places.append(CustomerStanding.Place(state: state, at: at, isMeasured: true, record: record))
        since = at
    }

    /// Falls as often as nobody was in touch for long enough.
    mutating func decay(until moment: Timestamp) {
        while let last = places.last, let step = policy?.decay.first(where: { $0.from == last.state }) {
            let at = step.after.end(from: since, in: zone)
            // The moment itself is too late, as it is for time limits.
            guard at <= moment else { return }
            places.append(CustomerStanding.Place(state: step.to, at: at, isMeasured: false))
            since = at
        }
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
