package import Records

/// `customer.erase`: a customer, by any exact key or by one of their records.
package struct ErasureRequest: Codable, Sendable {
    package var number: String?
    package var phone: String?
    package var email: String?
    /// Where a telephone number without an area code is local.
    package var site: String?
    package var record: RecordID?
    package var reason: String
    /// Says what would go, and changes nothing.
    package var isRehearsal: Bool
    /// Also where headquarters has nothing of that customer: a branch that is out of reach may.
    package var isUnknownAllowed: Bool

    package init(
        number: String? = nil, phone: String? = nil, email: String? = nil, site: String? = nil, record: RecordID? = nil,
        reason: String, isRehearsal: Bool, isUnknownAllowed: Bool = false
    ) {
        self.number = number
        self.phone = phone
        self.email = email
        self.site = site
        self.record = record
        self.reason = reason
        self.isRehearsal = isRehearsal
        self.isUnknownAllowed = isUnknownAllowed
    }
}

/// What an erasure takes, or would take.
package struct ErasureAnswer: Codable, Sendable {
    /// The records that say so in headquarters' log; none of a rehearsal.
    package var erasures: [RecordID] = []
    /// Records whose personal parts go, and those of the customer of which it is gone already.
    package var records = 0
    package var erasedBefore = 0
    /// Complaints among them.
    package var complaints = 0
    /// How many records each site wrote.
    package var sites: [String: Int] = [:]
    /// Closed months whose digests may quote the customer's words, masked and cut; they stay as they were handed out.
    package var closedMonths: [String] = []
    /// Backups from before, which go by their age; a restore erases again.
    package var backups: [String] = []
}

/// One erasure, as `customer.erasures` lists them.
package struct ErasureStatus: Codable, Sendable {
    package var id: RecordID
    package var at: String
    package var author: String
    /// How many records it names.
    package var records: Int
    /// Sites that hold some of it and have not taken it yet.
    package var pending: [String]
}
