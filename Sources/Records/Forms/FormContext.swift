/// What a form is read against.
package struct FormContext: Sendable {
    package var site: SiteID
    /// The zone in which times without an offset are read.
    package var zone: TimeZoneRules
    /// The moment of writing down.
    package var now: Timestamp
    /// The login name of who authenticated.
    package var author: String
    /// What they are there.
    package var role: Facts.Role
    /// Nil where the organisation's key is not at hand: customers cannot be named there.
    package var pseudonyms: CustomerPseudonyms?
    package var policy: FormPolicy

    /// Of the record that is corrected: stays where the form names no customer. Nil for any other form.
    var customer: (reference: Customer, tokens: [CustomerToken])?

    package init(
        site: SiteID, zone: TimeZoneRules, now: Timestamp, author: String, role: Facts.Role = .clerk,
        pseudonyms: CustomerPseudonyms?, policy: FormPolicy
    ) {
        self.site = site
        self.zone = zone
        self.now = now
        self.author = author
        self.role = role
        self.pseudonyms = pseudonyms
        self.policy = policy
    }
}

/// What the handbook says about what a form may contain.
package struct FormPolicy: Sendable {
    /// The handbook's version, kept with every record that was checked against it.
    package var handbook: String
    /// From every word that names a category (code, either language) to its code.
    package var categories: [String: String]
    /// From every word that names a touchpoint to its code.
    package var touchpoints: [String: String]
    /// Times before this are refused at intake; what another site wrote is never refused for its time.
    package var earliest: Timestamp
    /// How far ahead of the clock a time may lie at intake.
    package var greatestLead: Duration

    package init(
        handbook: String, categories: [String: String], touchpoints: [String: String], earliest: Timestamp,
        greatestLead: Duration
    ) {
        self.handbook = handbook
        self.categories = categories
        self.touchpoints = touchpoints
        self.earliest = earliest
        self.greatestLead = greatestLead
    }
}
