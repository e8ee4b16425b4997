import Records

/// One revision of a month's digest together with the records behind its figures: what headquarters keeps.
package struct DigestEdition: Sendable, Codable, Equatable {
    package private(set) var digest: Digest
    /// What `explain` answers from, also for a revision that has been replaced.
    package private(set) var evidence: DigestEvidence

    /// The edition that follows from the input.
    ///
    /// - Parameter previous: the latest edition of the same month. When nothing but the moment of judging differs, the result
    ///   *is* the previous one, so that closing twice changes nothing; otherwise the revision is one higher and says what
    ///   changed.
    package init(_ input: DigestInput, after previous: DigestEdition? = nil) {
        var input = input
        // In order once: whatever is picked from them then is in order too.
        input.cases.sort { $0.id < $1.id }
        input.visits.sort { $0.id < $1.id }
        input.surveys.sort { $0.id < $1.id }
        input.waterfall?.customers.sort { $0.record < $1.record }
        input.tiers?.customers.sort { $0.record < $1.record }
        input.contacts?.customers.sort { $0.record < $1.record }
        var ledger = FigureLedger(smallSample: input.policy.smallSample)
        var digest = Digest(input, ledger: &ledger)
        let evidence = DigestEvidence(ledger.evidence)
        if let previous {
            guard !digest.saysTheSame(as: previous.digest) || evidence != previous.evidence else {
                self = previous
                return
            }
            digest.revision = previous.digest.revision + 1
            digest.changes = DigestChanges(
                from: previous.digest, previous.evidence, to: digest, evidence)
        }
        digest.seal()
        self.digest = digest
        self.evidence = evidence
    }
}

extension Digest {
    /// Everything but revision, hash and changes.
    fileprivate init(_ input: DigestInput, ledger: inout FigureLedger) {
        period = DigestPeriod(
            month: input.month, zone: input.zone, asOf: input.asOf, workingDays: input.workingDays)
        let range = period.range
        handbook = input.handbook
        smallSample = input.policy.smallSample
        sites = Self.sites(of: input, end: range.upperBound)
        names = DigestNames(input)
        let distinct = Dictionary(input.issues.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        issues = distinct.values.map(\.presentable).sorted(by: IssueSummary.graver)
        flags = input.flags.map(\.presentable).sorted { ($0.at, $0.number) < ($1.at, $1.number) }
        critical = input.cases.filter { $0.peak == .critical }.map(CriticalCase.init)
            .sorted { ($0.madeAt, $0.id) < ($1.madeAt, $1.id) }
        underReporting = UnderReportingHint.hints(sites: sites, input: input)
        late = input.late.sorted { ($0.arrived, $0.id) < ($1.arrived, $1.id) }
        backdated = input.backdated.sorted { ($0.occurred, $0.id) < ($1.occurred, $1.id) }
        breaks = input.breaks.sorted { ($0.from, $0.until, $0.text.chinese) < ($1.from, $1.until, $1.text.chinese) }
        comparison = DigestComparison(input.previous, sites: sites)
        yearBefore = DigestComparison(input.yearBefore, sites: sites)
        trend = input.earlier.map(TrendMonth.init).sorted { $0.month < $1.month }
        waterfall = WaterfallSummary(input.waterfall)
        tiers = TierSummary(input.tiers)
        contacts = ContactSummary(input.contacts)
        loadFindings = input.load.map { $0.studies.sorted { $0.site < $1.site } }
        lessons = input.lessons.map(\.presentable).sorted { $0.id < $1.id }
        surveyDuty = input.surveyDuty
        outcomes = input.outcomes.map(\.presentable).sorted { ($0.decided, $0.id) < ($1.decided, $1.id) }

        ledger.addSites(sites)
        ledger.addComplaints(input.cases, sites: sites)
        let days = ledger.addDays(input.cases, of: input.month, in: input.zone, until: input.asOf)
        dayLimits =
            ControlLimits(month: input.previous?.month, days: input.previous?.days ?? [])
            ?? ControlLimits(month: input.month, days: days)
        ledger.addTouchpoints(input.cases, input.visits)
        ledger.addMatrix(input.cases)
        ledger.addOutcomes(outcomes ?? [])
        ledger.addLimits(input.cases, named: input.limits)
        ledger.addResolution(input.cases, sites: sites, asOf: input.asOf)
        ledger.addWithinWeek(input.cases, sites: sites, asOf: input.asOf)
        ledger.addVisits(input.visits, sites: sites)
        ledger.addSurveys(input.surveys)
        ledger.addElements(input.surveys)
        ledger.addFindings(input.cases, critical: critical)
        ledger.addReaction(input.cases, sites: sites, asOf: input.asOf)
        if let load = input.load { ledger.addLoad(load) }
        if let month = input.waterfall, let waterfall { ledger.addWaterfall(month, waterfall) }
        if let month = input.tiers, let tiers { ledger.addTiers(month, tiers) }
        if let month = input.contacts, contacts != nil { ledger.addContacts(month) }
        ledger.addIssues(issues)
        ledger.addFlags(flags)
        ledger.addLate(late, ofThisMonth: { range.contains($0.occurred) }, backdated: backdated)
        ledger.count("hints.under_reporting", underReporting.count, from: [])
        if let comparison { ledger.addComparison(comparison, input, as: "comparison") }
        if let yearBefore { ledger.addComparison(yearBefore, input, as: "year_before") }
        standards = input.standards.map {
            StandardSummary($0, values: ledger.values, smallSample: input.policy.smallSample)
        }
        ledger.addStandards(standards ?? [])
        benchmarks = input.benchmarks.compactMap {
            BenchmarkSummary($0, values: ledger.values, smallSample: input.policy.smallSample)
        }
        figures = ledger.figures

        let business = MeetingBusiness(
            sites: sites, critical: critical, limits: input.limits, values: ledger.values,
            surveyDuty: surveyDuty)
        meeting = DigestMeeting(input.meeting, issues: issues, names: names, business: business.items)
    }

    /// The sites of the input, and those that only a record names; by identifier.
    private static func sites(of input: DigestInput, end: Timestamp) -> [DigestSite] {
        var known: [SiteID: DigestSite] = [:]
        for site in input.sites where known[site.id] == nil { known[site.id] = DigestSite(site, end: end) }
        for id in Set(input.cases.map(\.site) + input.visits.map(\.site)) where known[id] == nil {
            let site = SiteMonth(id: id, name: Term(id.text, id.text), coverage: .notExpected)
            known[id] = DigestSite(site, end: end)
        }
        return known.values.sorted { $0.id < $1.id }
    }

    /// Whether only the moment of judging and the revision differ.
    fileprivate func saysTheSame(as other: Digest) -> Bool {
        var copy = self
        copy.period.asOf = other.period.asOf
        (copy.revision, copy.hash, copy.changes) = (other.revision, other.hash, other.changes)
        return copy == other
    }
}
