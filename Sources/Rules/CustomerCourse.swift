package import Handbooks
package import Records

/// A customer's way over the waterfall, 客户服务瀑布, and when somebody was in touch: what follows from the signs of the records alone.
/// (domain: customers, "Waterfall".)
package struct CustomerCourse: Sendable, Equatable {
    /// A sign with its place in time.
    package struct Event: Sendable {
        package var sign: CustomerSign
        package var order: RecordOrder
        package var id: RecordID

        package init(sign: CustomerSign, order: RecordOrder, id: RecordID) {
            self.sign = sign
            self.order = order
            self.id = id
        }

        /// Nil for a record that says nothing of a customer.
        package init?(_ record: Record) {
            guard let sign = CustomerSign(record) else { return nil }
            self.init(sign: sign, order: record.order, id: record.id)
        }

        /// When it occurred.
        package var at: Timestamp { order.occurred.withinCalendar }

        /// The order in which a customer's records are told.
        package static func isBefore(_ left: Event, _ right: Event) -> Bool {
            (left.order, left.id) < (right.order, right.id)
        }
    }

    /// Whoever was in touch last, or wrote the customer down first.
    package struct Mark: Sendable, Hashable {
        package var at: Timestamp
        package var record: RecordID
    }

    /// In the order of time; empty without any fact of satisfaction.
    package private(set) var places: [CustomerStanding.Place] = []
    /// When anything was first written down; nil for nobody.
    package private(set) var firstSeen: Mark?
    /// The last visit that reached the customer, complaint or answer; nil when there was none.
    package private(set) var lastContact: Mark?

    /// - Parameters:
    ///   - events: of one customer, in their order; what occurred after `moment` is passed over.
    ///   - zone: for spans of months.
    package init(_ events: some Sequence<Event>, policy: Waterfall?, zone: TimeZoneRules, at moment: Timestamp) {
        var fall = Fall(policy: policy, zone: zone)
        for event in events {
            let at = event.at
            guard at <= moment else { continue }
            let mark = Mark(at: at, record: event.id)
            if firstSeen == nil { firstSeen = mark }
            guard event.sign.isContact else { continue }
            lastContact = mark
            fall.contact(at)
            if let satisfaction = event.sign.satisfaction {
                fall.measure(satisfaction, event.sign.recommendation, at, event.id)
            } else if event.sign.complainsOutside {
                fall.place(.complainingOutside, at, event.id)
            } else if event.sign.isAngry {
                fall.place(.angry, at, event.id)
            }
        }
        fall.decay(until: moment)
        places = fall.places
    }

    /// Where the customer stood at that moment; nil when nothing had been measured.
    package func place(at moment: Timestamp) -> CustomerStanding.Place? { places.last { $0.at <= moment } }

    /// What last measured where the customer stood at that moment.
    package func measure(at moment: Timestamp) -> RecordID? {
        places.last { $0.at <= moment && $0.isMeasured }?.record
    }
}

extension CustomerPolicy {
    /// Whether nobody was in touch for too long: longer than the interval for everybody, or, of a key account, than its own.
    package func isSilent(
        since last: Timestamp, isKeyAccount: Bool, zone: TimeZoneRules, at moment: Timestamp
    ) -> Bool {
        let interval = isKeyAccount ? keyAccounts?.silentAfter ?? contactLapsesAfter : contactLapsesAfter
        return interval.map { $0.end(from: last, in: zone) <= moment } ?? false
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
