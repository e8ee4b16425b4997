import Foundation
package import Handbooks
package import Records
package import struct Records.Record
import Recurrence
package import Rules
import Storage

/// What a handbook makes of a set of records at one moment: a rehearsal for whoever answers for the policy.
///
/// The rules are those that headquarters runs, and so is the grouping of texts; nothing is stored, and nothing is decided
/// elsewhere. What occurred after the moment is left out. Every site counts as heard up to the moment unless said otherwise.
package struct Rehearsal: Sendable {
    package let handbook: Handbook
    package let now: Timestamp
    /// In the order in which they were made.
    package private(set) var cases: [CaseView] = []
    /// What needs a person, in the order of time.
    package private(set) var flags: [Flag] = []
    /// By the plan, the earliest due first.
    package private(set) var visits: [DueVisit] = []
    /// In the order in which they were first met.
    package private(set) var customers: [RehearsedCustomer] = []
    /// Records that occurred after the moment.
    package let leftOut: Int
    /// Records that a retraction makes not count, with the retraction.
    package private(set) var retracted: [(record: RecordID, by: RecordID)] = []

    private let rules: CaseRules
    private let zones: [SiteID: TimeZoneRules]
    private let heard: [SiteID: Timestamp]
    /// Those that count, with the content that their corrections give them, in the order in which they are told.
    private var records: [Record] = []
    private var complaints: [RecordID: Record] = [:]
    private var people = ExactKeys()
    private var steps: [RecordID: [Record]] = [:]
    private var followUps: [RecordID: [Record]] = [:]
    /// By the person whom they are of.
    private var profiles: [Data: [Record]] = [:]

    /// - Parameters:
    ///   - records: in any order, each once.
    ///   - zones: of sites that do not go by the handbook's zone.
    ///   - heard: until when sites were heard that were not heard up to `now`.
    package init(
        _ all: [Record], under handbook: Handbook, at now: Timestamp, zones: [SiteID: TimeZoneRules] = [:],
        heard: [SiteID: Timestamp] = [:]
    ) {
        self.handbook = handbook
        self.now = now
        self.zones = zones
        self.heard = heard
        rules = CaseRules(handbook: handbook)
        let known = all.filter { $0.occurred <= now }
        leftOut = all.count - known.count
        settle(known)
        let issues = issues()
        judgeCases(issues)
        flags.sort { ($0.at, $0.id) < ($1.at, $1.id) }
        meetCustomers()
        visits.sort { ($0.dueAt, $0.site, $0.customer, $0.item) < ($1.dueAt, $1.site, $1.customer, $1.item) }
    }

    /// Amendments, then who is who, then what belongs to which case.
    private mutating func settle(_ known: [Record]) {
        let amendments = Amendments(known.filter { $0.amends != nil })
        for record in known.sorted(by: { ($0.order, $0.id) < ($1.order, $1.id) }) where record.amends == nil {
            let standing = amendments.standing(of: record)
            if let by = standing.retraction {
                retracted.append((record.id, by))
            } else {
                records.append(standing.record)
            }
        }
        for record in records {
            people.join(record.facts.customerTokens.map(\.value))
            if case .complaint = record.facts.body { complaints[record.id] = record }
            guard let id = record.caseID, id != record.id else { continue }
            if case .step = record.facts.body { steps[id, default: []].append(record) }
            if case .visit = record.facts.body { followUps[id, default: []].append(record) }
        }
        for record in records {
            if case .customer = record.facts.body, let owner = owner(of: record) {
                profiles[owner, default: []].append(record)
            }
            if let flag = LoadRules.flag(of: record, under: handbook) { flags.append(flag) }
        }
    }

    /// What recurs, as headquarters groups it when nobody decided anything about issues.
    private func issues() -> [IssueOutcome.Found] {
        let texts = SourcedText.settled(records.flatMap(SourcedText.texts), customers: people.owners)
        let grouping = IssueGrouper().group(texts.map(\.text))
        let sources = Dictionary(uniqueKeysWithValues: texts.map { ($0.text.id, $0) })
        return IssueOutcome(grouping, sources, handbook: handbook, words: [:]).issues
    }

    private func evidence(_ complaint: Record) -> CaseEvidence {
        var evidence = CaseEvidence(
            complaint: complaint, steps: steps[complaint.id] ?? [], visits: followUps[complaint.id] ?? [],
            zone: zone(complaint.site), heardUntil: now)
        // The site that has to act is the one whose word counts for limits.
        evidence.heardUntil = heard[rules.responsibleSite(of: evidence)] ?? now
        if rules.dependsOnTiers {
            let told = owner(of: complaint).flatMap { profiles[$0] } ?? []
            evidence.tier = CustomerTier.stated(in: told, at: complaint.occurred)
        }
        return evidence
    }

    private func zone(_ site: SiteID) -> TimeZoneRules { zones[site] ?? handbook.zone }

    private mutating func judgeCases(_ issues: [IssueOutcome.Found]) {
        var hot: [RecordID: HotEvidence] = [:]
        for found in issues {
            for context in found.contexts {
                guard let start = context.window else { continue }
                hot[context.id] = found.windows.first { $0.start == start }.map { HotEvidence($0) }
            }
            if let flag = hotFlag(found) { flags.append(flag) }
        }
        var repeats: [RecordID: RepeatEvidence] = [:]
        for group in issues.flatMap(\.sameCustomer) {
            for (earlier, later) in zip(group, group.dropFirst()) {
                guard let complaint = complaints[earlier.id] else { continue }
                let view = rules.view(of: evidence(complaint), at: now)
                repeats[later.id] = rules.repeatEvidence(
                    of: Timestamp(milliseconds: later.time), after: view, zone: handbook.zone)
            }
        }
        for complaint in records where complaints[complaint.id] != nil {
            var evidence = evidence(complaint)
            evidence.hot = hot[complaint.id]
            evidence.repeatOf = repeats[complaint.id]
            let view = rules.view(of: evidence, at: now)
            cases.append(view)
            flags += rules.flags(for: view)
        }
    }

    private func hotFlag(_ found: IssueOutcome.Found) -> Flag? {
        guard let window = found.flagged, let rule = handbook.grading.sameComplaintRule else { return nil }
        let sites = records.filter { window.records.contains($0.id) }.map(\.site)
        return Flag.hotIssue(
            HotEvidence(window), anonymous: window.anonymous, sites: sites, grade: rule.grade, rule: rule.code)
    }

    /// Each customer, and the visits that each site owes them.
    private mutating func meetCustomers() {
        var met: [String: Int] = [:]
        var atSites: [String: [SiteID: [Record]]] = [:]
        for record in records {
            // A follow-up visit is to whoever complained, whether or not it names them.
            guard let person = person(of: record) else { continue }
            let number = met[person] ?? customers.count
            if met.updateValue(number, forKey: person) == nil {
                customers.append(RehearsedCustomer(customer: person))
            }
            customers[number].note(record, under: handbook)
            atSites[person, default: [:]][record.site, default: []].append(record)
        }
        let resolved = Dictionary(
            cases.compactMap { view in view.resolvedAt.map { (view.id, $0) } }
        ) { first, _ in first }
        let visitRules = VisitRules(handbook: handbook)
        for customer in customers {
            for (site, records) in (atSites[customer.customer] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let evidence = VisitEvidence(
                    customer: customer.customer, site: site, zone: zone(site), records, resolved, handbook)
                visits += visitRules.visits(of: evidence, at: now).visits
            }
        }
    }

    private func person(of record: Record) -> String? {
        if !record.facts.customerTokens.isEmpty { return owner(of: record).map(SourcedText.name) }
        guard let id = record.caseID, id != record.id else { return nil }
        return complaints[id].flatMap(person)
    }

    private func owner(of record: Record) -> Data? {
        record.facts.customerTokens.first.flatMap { people.owners[$0.value] }
    }
}

extension VisitEvidence {
    /// From what one site wrote down about a customer.
    fileprivate init(
        customer: String, site: SiteID, zone: TimeZoneRules, _ records: [Record], _ resolved: [RecordID: Timestamp],
        _ handbook: Handbook
    ) {
        self.init(customer: customer, site: site, zone: zone)
        for record in records {
            switch record.facts.body {
            case .customer(let profile):
                addedAt = min(addedAt ?? record.occurred, record.occurred)
                if !profile.type.isEmpty { type = profile.type }
                if let event = CustomerEvent(record) { events.append(event) }
                if profile.statesRank { isKeyAccount = profile.isKeyAccount(handbook) }
            case .visit: visits.append(record)
            case .complaint:
                if let at = resolved[record.id] { resolutions.append((record.id, at)) }
            default: break
            }
        }
    }
}
