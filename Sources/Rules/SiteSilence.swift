package import Handbooks
package import Records

/// Whether a site is silent, and whether that says anything: a link that is down is never taken for content customers.
/// (domain: customers, "Silence"; time limits, "not been heard from".)
package struct SiteSilence: Sendable, Hashable {
    /// What the silence is.
    package enum Status: Sendable, Hashable {
        /// Heard, and writing.
        case active
        /// Heard, but nothing was written down since.
        case quiet(since: Timestamp)
        /// Not heard from since: nothing can be said about what was written.
        case unheard(since: Timestamp)
    }

    package var site: SiteID
    package var status: Status
    /// The next moment at which this changes by time alone; nil when there is none.
    package var nextReview: Timestamp?

    /// - Parameters:
    ///   - lastRecord: when the site's latest record was written down; when it was enrolled, if it has none.
    ///   - heardUntil: everything that the site wrote up to here is known.
    package init(
        _ site: SiteID, lastRecord: Timestamp, heardUntil: Timestamp, policy: SilencePolicy, at now: Timestamp
    ) {
        self.site = site
        let (lastRecord, heardUntil) = (lastRecord.withinCalendar, heardUntil.withinCalendar)
        let unheardAt = heardUntil + policy.notHeardAfter
        let quietAt = lastRecord + policy.noRecordsAfter
        if now >= unheardAt {
            status = .unheard(since: heardUntil)
        } else if heardUntil >= quietAt {
            status = .quiet(since: lastRecord)
            nextReview = unheardAt
        } else {
            status = .active
            nextReview = unheardAt
        }
    }

    /// The flag that stands now, if any.
    package func flag(policy: SilencePolicy) -> Flag? {
        switch status {
        case .active: return nil
        case .quiet(let since):
            var flag = Flag(.siteSilent, subject: site.text, sites: [site], at: since + policy.noRecordsAfter)
            flag.reference = since
            return flag
        case .unheard(let since):
            var flag = Flag(.siteUnheard, subject: site.text, sites: [site], at: since + policy.notHeardAfter)
            flag.reference = since
            return flag
        }
    }
}
