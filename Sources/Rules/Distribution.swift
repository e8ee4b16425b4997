package import Records

/// What headquarters hands on to which site. One table; a site gets nothing else, so that no other site's customers leak.
///
/// | what | goes to | reason |
/// |---|---|---|
/// | a handbook version | every site | broadcast |
/// | a lesson | the sites that it names; every site when it names none | addressed, broadcast |
/// | an action item | the sites that it names | addressed |
/// | a record of a case: the complaint, a step, a visit that follows it up | each site that the case was given to | case given |
/// | the same | the site that the complaint was made at | own case |
/// | a correction, a retraction | each site that wrote or was handed what it names | amends |
/// | an erasure | the same, and each site that wrote something down about its customer | amends |
/// | a merge of customers, their parting | each site that wrote something down about either | own customer |
/// | anything else | nobody | |
///
/// Nobody is handed what they wrote themselves, but for a site that lost it: `returns`. What has no effect, as its writer lacks
/// the authority, is handed to nobody.
package enum Distribution {
    /// What the store knows around a record.
    package struct Circumstances: Sendable {
        /// All sites that take part.
        package var sites: [SiteID] = []
        /// Of a record of a case: where the complaint was made.
        package var madeAt: SiteID?
        /// Of a record of a case: the sites that it was given to.
        package var given: [SiteID] = []
        /// Of an amendment or an erasure: the sites that wrote or were handed what it names; of an erasure also those that know
        /// its customer.
        package var holders: [SiteID] = []
        /// Of a merge or its undoing: the sites that wrote something down about either customer.
        package var acquainted: [SiteID] = []
        /// Whether its writer has the authority.
        package var hasEffect = true

        package init() {}
    }

    /// A site that a record goes to, and why.
    package struct Recipient: Sendable, Hashable {
        package var site: SiteID
        package var reason: Delivery.Reason

        package init(_ site: SiteID, _ reason: Delivery.Reason) {
            self.site = site
            self.reason = reason
        }
    }

    /// How far back a site's own records are handed back to it after a new disk: beyond the longest rhythm of visits.
    package static let memory: Duration = .days(400)

    /// Who is handed `record`, each site once, in the order of their ids.
    package static func recipients(of record: Record, in circumstances: Circumstances) -> [Recipient] {
        guard circumstances.hasEffect else { return [] }
        var recipients: [SiteID: Delivery.Reason] = [:]
        func hand(to sites: [SiteID], _ reason: Delivery.Reason) {
            for site in sites where site != record.site && recipients[site] == nil { recipients[site] = reason }
        }
        switch record.facts.body {
        case .handbookVersion: hand(to: circumstances.sites, .broadcast)
        case .lesson(let lesson):
            lesson.sites.isEmpty
                ? hand(to: circumstances.sites, .broadcast) : hand(to: named(lesson.sites, circumstances), .addressed)
        case .action(let action): hand(to: named(action.sites, circumstances), .addressed)
        case .complaint, .step, .visit:
            // Where the case was made comes first: it is that site's own, even if it was given back to it.
            if let madeAt = circumstances.madeAt { hand(to: [madeAt], .ownCase) }
            hand(to: circumstances.given, .caseGiven)
        case .correction, .retraction, .erasure: hand(to: circumstances.holders, .amends)
        case .merge, .unmerge: hand(to: circumstances.acquainted, .ownCustomer)
        case .survey, .customer, .load, .progress, .delivery, .issueDecision, .gap, .seal, .clockOffset, .keyChange,
            nil:
            break
        }
        // Headquarters has everything.
        recipients[.headquarters] = nil
        return recipients.map { Recipient($0.key, $0.value) }.sorted { $0.site < $1.site }
    }

    /// Whether a site that lost its disk gets this record of its own back: what its open cases and its due visits follow from.
    /// - Parameter isOfOpenCase: whether it belongs to a case that is not finished.
    package static func returns(_ record: Record, isOfOpenCase: Bool, at now: Timestamp) -> Bool {
        switch record.facts.body {
        case .customer: true
        case .complaint, .step, .visit: isOfOpenCase || now - record.occurred <= memory
        case .correction, .retraction: now - record.occurred <= memory
        default: false
        }
    }

    /// The sites that a case was given to, by steps of those who had it: 派单, 转派. Headquarters is none of them.
    package static func given(_ evidence: CaseEvidence) -> [SiteID] {
        let steps = evidence.steps.filter { $0.facts.step.caseID == evidence.complaint.id.data }
        return CaseTimeline.entitledSites(steps, from: [evidence.complaint.site, .headquarters])
            .filter { $0 != .headquarters && $0 != evidence.complaint.site }.sorted()
    }

    /// Those of the names that are sites of the organisation.
    private static func named(_ names: [String], _ circumstances: Circumstances) -> [SiteID] {
        circumstances.sites.filter { names.contains($0.text) }
    }
}
