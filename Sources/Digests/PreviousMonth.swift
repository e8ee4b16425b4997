package import Records

/// The headline figures of an earlier month, by site: only sites complete in both months are compared.
package struct PreviousMonth: Sendable {
    package var month: Month
    package var workingDays: Int?
    package var sites: [Site]
    /// Complaints received on each day of the month that had begun; empty in a digest of an older version.
    package var days: [Int]

    /// The headline figures of one site.
    package struct Site: Sendable {
        package var id: SiteID
        package var complete: Bool
        package var received: Int
        package var distinct: Int
        /// Visits that reached the customer.
        package var reached: Int

        package init(id: SiteID, complete: Bool, received: Int, distinct: Int, reached: Int) {
            self.id = id
            self.complete = complete
            self.received = received
            self.distinct = distinct
            self.reached = reached
        }
    }

    package init(month: Month, workingDays: Int? = nil, sites: [Site], days: [Int] = []) {
        self.month = month
        self.workingDays = workingDays
        self.sites = sites
        self.days = days
    }
}
