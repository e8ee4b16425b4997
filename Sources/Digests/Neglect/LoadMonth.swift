package import Records

/// How busy sites were in a month. (domain: neglect and reaction.)
package struct LoadMonth: Sendable {
    /// One for each site and day that a note tells of.
    package var days: [Day]
    /// What the year up to the month's end shows, by site.
    package var studies: [LoadFinding]

    /// A day of a site.
    package struct Day: Sendable {
        /// The note that stands.
        package var record: RecordID
        package var site: SiteID
        package var visitors: Int
        /// More came than the handbook allows of the capacity.
        package var isOverloaded: Bool

        package init(record: RecordID, site: SiteID, visitors: Int, isOverloaded: Bool) {
            self.record = record
            self.site = site
            self.visitors = visitors
            self.isOverloaded = isOverloaded
        }
    }

    package init(days: [Day], studies: [LoadFinding] = []) {
        self.days = days
        self.studies = studies
    }
}

/// The load from which on a site has more complaints for each customer: an association, that proves no cause.
package struct LoadFinding: Sendable, Codable, Equatable {
    package var site: SiteID
    /// Days that it rests on.
    package var days: Int
    /// In percent of the capacity.
    package var risesFromPercent: Int
    /// Complaints for each 100 customers below that load, and from it on.
    package var rateBelow: Double
    package var rateBeyond: Double

    package init(site: SiteID, days: Int, risesFromPercent: Int, rateBelow: Double, rateBeyond: Double) {
        self.site = site
        self.days = days
        self.risesFromPercent = risesFromPercent
        self.rateBelow = Interval.rounded(rateBelow)
        self.rateBeyond = Interval.rounded(rateBeyond)
    }
}
