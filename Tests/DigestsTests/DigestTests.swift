import Records
import Testing

@testable import Digests

@Suite struct DigestTests {
    /// Five complaints at two sites, counted by hand.
    private var smallMonth: DigestInput {
        var input = DigestInput.empty(sites: [complete("A1", "城东店"), complete("A2", "城西店")])
        let made = at("2019-07-05 10:00")
        input.cases = [
            CaseSummary(
                id: record(1), site: site("A1"), category: "leaks", madeAt: made, channel: .phone, complainant: "x",
                grade: .hot, peak: .critical, rises: [GradeRise(rule: "lawsuit", grade: .critical, at: made)],
                state: .resolved(at: made + .days(2)), limits: ["answer": .met]),
            CaseSummary(
                id: record(2), site: site("A1"), category: "leaks", madeAt: made, channel: .web, complainant: "x",
                distinctOf: record(1), grade: .hot, limits: ["answer": .missed]),
            CaseSummary(id: record(3), site: site("A1"), madeAt: made, complainant: nil, limits: ["answer": .unknown]),
            CaseSummary(
                id: record(4), site: site("A2"), category: "doors", madeAt: made, complainant: "y", urgent: true,
                limits: ["answer": .notYetDue]),
            CaseSummary(
                id: record(5), site: site("A2"), category: "leaks", madeAt: made, complainant: "x",
                state: .closed(at: made + .days(1)), groupSize: 4),
        ]
        return input
    }

    @Test(arguments: [
        ("complaints.received", 5), ("complaints.distinct", 4), ("complaints.complainants", 2),
        ("complaints.anonymous", 1), ("complaints.urgent", 1), ("complaints.group", 1),
        ("complaints.grade.hot.end", 2), ("complaints.grade.hot.peak", 1), ("complaints.grade.critical.peak", 1),
        ("complaints.grade.critical.end", 0), ("complaints.grade.ordinary.end", 3),
        ("complaints.site.A1.received", 3), ("complaints.site.A1.distinct", 2), ("complaints.site.A1.complainants", 1),
        ("complaints.site.A2.complainants", 2), ("complaints.category.leaks.received", 3),
        ("complaints.category.-.received", 1), ("complaints.site.A1.category.leaks.grade.hot.end", 2),
        ("complaints.channel.phone.received", 1), ("complaints.rise.lawsuit", 1), ("limits.answer.cohort", 4),
        ("limits.answer.missed", 1), ("limits.answer.unknown", 1), ("limits.answer.not_yet_due", 1),
        ("limits.answer.site.A1.met", 1), ("limits.investigation.cohort", 0), ("resolution.open", 3),
        ("resolution.resolved", 1), ("resolution.closed", 1), ("resolution.delay.not_stated", 3),
        ("sites.complete", 2), ("sites.expected", 2), ("flags.raised", 0), ("visits.attempts", 0),
    ])
    func figuresEqualThoseCountedByHand(name: String, expected: Int) {
        #expect(Digest(smallMonth)[FigureName(name)] == .count(expected))
    }

    @Test func criticalComplaintsAreListedWithTheirRules() {
        let digest = Digest(smallMonth)
        #expect(digest.critical.map(\.id) == [record(1)])
        #expect(digest.critical.first?.rises.map(\.rule) == ["lawsuit"])
        #expect(digest.markdown(.chinese).contains("已起诉"))
    }

    @Test func anEmptyMonthHasAPaper() {
        let digest = Digest(.empty(sites: [complete("A1")]))
        #expect(digest.count("complaints.received") == 0)
        #expect(digest["resolution.median"] == .median(milliseconds: nil, n: 0))
        #expect(digest.markdown(.chinese).contains("本月没有收到投诉记录"))
        #expect(digest.markdown(.english).contains("none were received"))
        #expect(Digest(.empty()).completeness(.english) == "no site was expected to report")
    }

    @Test func silenceIsNeverTakenForCompleteness() {
        var sites = (0..<9).map { complete("A\($0)") }
        sites.append(
            SiteMonth(id: site("B"), name: Term("乙店", "B"), coverage: .silent(since: at("2019-07-12 08:05"))))
        let digest = Digest(.empty(sites: sites))
        #expect(digest.completeness(.chinese) == "10 个网点中 9 个数据完整；乙店 自 2019年7月12日 08:05 起失联")
        #expect(digest.completeness(.english) == "complete for 9 of 10 sites; B silent since 12 July 2019, 08:05")
        #expect(digest.count("sites.silent") == 1)
    }

    @Test func aSealBeforeTheMonthsEndOrAGapDoesNotComplete() {
        let early = SiteMonth(
            id: site("A"), name: Term("A", "A"), coverage: .complete(until: at("2019-07-31 23:59")))
        let gap = SiteMonth(
            id: site("B"), name: Term("B", "B"), coverage: .complete(until: at("2019-08-01 00:00")),
            gaps: [SequenceGap(first: SequenceNumber(5), last: SequenceNumber(7))])
        let withheld = SiteMonth(
            id: site("C"), name: Term("C", "C"), coverage: .complete(until: at("2019-08-02 00:00")), withheld: 1)
        let digest = Digest(.empty(sites: [early, gap, withheld]))
        #expect(digest.sites.map(\.state) == [.partial, .gap, .gap])
        #expect(digest.sites.map(\.missing) == [0, 3, 1])
        #expect(digest.count("sites.complete") == 0)
    }

    @Test func aGapSaysWhichEntriesAndSinceWhen() {
        let gap = SequenceGap(
            first: SequenceNumber(5), last: SequenceNumber(7), since: at("2019-07-03 10:00"),
            foundAt: at("2019-07-09 08:30"))
        let digest = Digest(
            .empty(sites: [
                SiteMonth(
                    id: site("B"), name: Term("乙店", "B"), coverage: .complete(until: at("2019-08-01 00:00")),
                    gaps: [gap])
            ]))
        let chinese = "- 乙店 有缺口：日志第 5 至 7 条已永久丢失，2019年7月3日 10:00 之后记录，2019年7月9日 08:30 发现\n"
        #expect(digest.markdown(.chinese).contains(chinese))
        let english = "- B has a gap: entries 5 to 7 of its log are lost for good, recorded after 3 July 2019, 10:00, "
        #expect(digest.markdown(.english).contains(english + "found 9 July 2019, 08:30\n"))
    }

    @Test func aSiteThatOnlyARecordNamesIsCountedToo() {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.cases = [CaseSummary(id: record(1), site: site("Z9"), madeAt: at("2019-07-05 10:00"))]
        let digest = Digest(input)
        #expect(digest.count("complaints.site.Z9.received") == 1)
        #expect(digest.count("sites.expected") == 1)
    }

    @Test func aCaseOfASilentSiteIsWatchedOnlyWhileTheSiteWasHeard() {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.sites.append(
            SiteMonth(id: site("B"), name: Term("B", "B"), coverage: .silent(since: at("2019-07-02 00:00"))))
        let made = at("2019-07-01 00:00")
        let day: Int64 = 86_400_000
        input.cases = [
            CaseSummary(id: record(1), site: site("A1"), madeAt: made, state: .resolved(at: made + .days(3))),
            CaseSummary(id: record(2), site: site("A1"), madeAt: made, state: .resolved(at: made + .days(5))),
            CaseSummary(id: record(3), site: site("B"), madeAt: made),
            CaseSummary(id: record(4), site: site("B"), madeAt: made),
        ]
        // Both of B leave the risk set after one day: the curve falls to a half on day 3.
        #expect(digestMedian(input) == day * 3)
        input.sites[1].coverage = .complete(until: at("2019-08-01 00:00"))
        #expect(digestMedian(input) == day * 5)
    }

    private func digestMedian(_ input: DigestInput) -> Int64? {
        guard case .median(let milliseconds, _) = Digest(input)["resolution.median"] else { return nil }
        return milliseconds
    }

    @Test func fewComplaintsBesideFewVisitsReadUnderReporting() {
        var input = DigestInput.empty(sites: ["A", "B", "C", "D"].map { complete($0) })
        var number = 0
        for (name, complaints, visits) in [("A", 10, 10), ("B", 12, 8), ("C", 2, 1), ("D", 1, 12)] {
            for _ in 0..<complaints {
                number += 1
                input.cases.append(CaseSummary(id: record(number), site: site(name), madeAt: at("2019-07-05 10:00")))
            }
            for _ in 0..<visits {
                number += 1
                input.visits.append(VisitSummary(id: record(number), site: site(name), reached: true))
            }
        }
        #expect(Digest(input).underReporting.map(\.site) == [site("C")])
        input.sites[2].coverage = .partial(heardUntil: at("2019-07-09 00:00"))
        #expect(Digest(input).underReporting.isEmpty)
    }

    @Test func onlySitesCompleteInBothMonthsAreCompared() {
        var input = smallMonth
        input.previous = PreviousMonth(
            month: july.preceding,
            sites: [
                .init(id: site("A1"), complete: true, received: 7, distinct: 6, reached: 0),
                .init(id: site("A2"), complete: false, received: 90, distinct: 90, reached: 0),
            ])
        let digest = Digest(input)
        #expect(digest.comparison?.sites == [site("A1")])
        #expect(digest.count("comparison.received.before") == 7)
        #expect(digest.count("comparison.received.now") == 3)
        #expect(
            digest.markdown(.english).contains("Against June 2019** (1 site complete in both): received 7 → 3 (−4)"))
        #expect(digest.asPreviousMonth.sites.map(\.received) == [3, 2])
    }

    @Test func ownersOfTheIssuesCategoriesAreInvited() {
        var input = smallMonth
        input.issues = [issue(1, "漏水", category: "leaks"), issue(4, "催款", category: "sales", hot: true)]
        let meeting = Digest(input).meeting
        #expect(
            meeting.departments.map(\.department.english) == [
                "call centre", "customer service", "sales department", "engineering",
            ])
        #expect(meeting.departments.map(\.always) == [true, true, false, false])
        #expect(meeting.agenda.compactMap(\.issue) == [record(4), record(1)])
        #expect(meeting.agenda.first?.text.english == "problems that customers met")
    }
}

/// An issue with two members.
func issue(_ number: Int, _ title: String, category: String? = nil, hot: Bool = false) -> IssueSummary {
    let window = HotWindow(
        from: at("2019-07-01 08:00"), until: at("2019-08-01 08:00"), complainants: 3, records: [record(number)])
    return IssueSummary(
        id: record(number), title: title, category: category, members: [record(number), record(number + 1)],
        occurrences: 2, complainants: 2, sites: [site("A1")], firstSeen: at("2019-07-01 08:00"),
        lastSeen: at("2019-07-09 08:00"), hot: hot ? window : nil)
}
