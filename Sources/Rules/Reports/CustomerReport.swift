package import Handbooks
package import Records

/// A customer as shown to people and programs, the same at a branch and at headquarters. Keys are stable.
package struct CustomerReport: Codable, Sendable, Equatable {
    /// What the customer is called here: the least of its exact keys' pseudonyms, in hexadecimal digits.
    package var id: String
    /// Name or number, as far as the reader may see it.
    package var label: String
    /// Where something was written down about the customer.
    package var sites: [SiteID]
    /// 客户类型, as the handbook calls it or as the profile says.
    package var type: String
    package var typeText: String
    /// 客户细分, by brand and then by revenue per user.
    package var segment: String?
    package var segmentText: String?
    /// How such customers are served.
    package var service: String?
    /// The code of the tier that the profile states.
    package var tier: String
    package var isKeyAccount: Bool
    /// 专人负责
    package var owner: String
    package var brand: String
    /// Value figures by name, as last told.
    package var figures: [String: Double]
    package var firstSeen: String?
    package var lastContact: String?
    /// Since when nobody was in touch, where that is longer than the handbook allows.
    package var silentSince: String?
    package var complaints: Int
    package var visits: Int
    /// The place on the waterfall, 客户服务瀑布.
    package var state: String?
    package var stateText: String?
    /// Nobody measured it: the customer fell to it by nobody being in touch.
    package var isDecayed: Bool?
    package var stateSince: String?
    /// Only of a single customer.
    package var places: [Place]?
    package var history: [Event]?

    /// A place on the waterfall and since when.
    package struct Place: Codable, Sendable, Equatable {
        package var at: String
        package var state: String
        package var text: String
        package var isMeasured: Bool
    }

    /// Something that was written down about the customer.
    package struct Event: Codable, Sendable, Equatable {
        package var at: String
        package var site: SiteID
        package var kind: String
        package var record: RecordID
        /// As far as the reader may see it.
        package var words: String
    }

    /// - Parameters:
    ///   - records: of this customer, as they stand.
    ///   - label: what the reader may see of who it is.
    package init(
        id: String, label: String, _ records: [Record], _ standing: CustomerStanding, handbook: Handbook,
        language: Language, zone: TimeZoneRules, at now: Timestamp
    ) {
        self.id = id
        self.label = label
        sites = Set(records.map(\.site)).sorted()
        let known = handbook.customerType(named: standing.type)
        (type, typeText) = (known?.code ?? standing.type, known?.term[language] ?? standing.type)
        let found = handbook.customers.segment(brand: standing.brand, arpu: standing.figures["arpu"]?.value)
        (segment, segmentText, service) = (found?.code, found?.term[language], found?.service[language])
        tier = standing.statedTier
        (isKeyAccount, owner, brand) = (standing.isKeyAccount, standing.owner, standing.brand)
        figures = standing.figures.mapValues(\.value)
        firstSeen = standing.firstSeen?.text(in: zone)
        lastContact = standing.lastContact?.text(in: zone)
        silentSince = standing.silentSince(handbook.customers, zone: zone, at: now)?.text(in: zone)
        (complaints, visits) = (standing.complaintCount, standing.visitCount)
        if let place = standing.place {
            (state, stateText) = (place.state.rawValue, place.state.term[language])
            (isDecayed, stateSince) = (!place.isMeasured, place.at.text(in: zone))
        }
    }

    /// Adds what only a single customer's page has.
    package mutating func add(
        _ records: [Record], _ standing: CustomerStanding, _ language: Language, zone: TimeZoneRules,
        words: (String) -> String
    ) {
        places = standing.places.map { place in
            Place(
                at: place.at.text(in: zone), state: place.state.rawValue, text: place.state.term[language],
                isMeasured: place.isMeasured)
        }
        history = records.sorted { ($0.order, $0.id) < ($1.order, $1.id) }.map { record in
            let personal = record.personal ?? Personal()
            let told = [personal.subject, personal.text] + personal.problemTexts + personal.helpNeeded
            return Event(
                at: record.occurred.text(in: zone), site: record.site, kind: RecordText.kind(of: record),
                record: record.id, words: words(told.filter { !$0.isEmpty }.joined(separator: " · ")))
        }
    }
}

/// Which customers a list is asked for.
package struct CustomerFilter: Codable, Sendable, Equatable {
    package var site: String?
    package var isKeyAccount: Bool?
    /// Only those whom nobody contacted for longer than the handbook allows.
    package var isSilent: Bool?
    /// A state of the waterfall.
    package var state: String?
    /// `zh-CN` or `en`.
    package var language: String?
    package var limit: Int

    package init(
        site: String? = nil, isKeyAccount: Bool? = nil, isSilent: Bool? = nil, state: String? = nil,
        language: String? = nil, limit: Int = 50
    ) {
        self.site = site
        self.isKeyAccount = isKeyAccount
        self.isSilent = isSilent
        self.state = state
        self.language = language
        self.limit = limit
    }

    /// Whether a customer is wanted.
    package func has(_ report: CustomerReport) -> Bool {
        (isKeyAccount == nil || report.isKeyAccount == isKeyAccount)
            && (isSilent == nil || (report.silentSince != nil) == isSilent)
            && (state == nil || report.state == state)
    }
}
