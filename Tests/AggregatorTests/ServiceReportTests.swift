import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator

/// A month held against the handbook's standards, and sites beside each other.
@Suite struct ServiceReportTests {
    /// The report of October 2019 that a story makes, judged at a moment.
    private func report(_ story: Story, at now: String, handbook: Handbook = .standard) throws -> ServiceReport {
        let outcome = try story.at(now).rehearsal
        let file = try RehearsalFile(story.lines.joined(separator: "\n"), handbook: handbook, at: outcome.now)
        var visits: [SiteID: [ServiceMeasures.Visit]] = [:]
        for record in file.records {
            if case .visit(let visit) = record.facts.body { visits[record.site, default: []].append(.init(visit)) }
        }
        let cases = Dictionary(grouping: outcome.cases, by: \.site)
        let sites = Dictionary(
            uniqueKeysWithValues: Set(cases.keys).union(visits.keys).map { site in
                (site, ServiceMeasures(cases: cases[site] ?? [], visits: visits[site] ?? [], now: outcome.now))
            })
        let all = ServiceMeasures(cases: outcome.cases, visits: visits.values.flatMap(\.self), now: outcome.now)
        return ServiceReport(Month(year: 2019, month: 10), handbook, all, sites)
    }

    private func standard(_ code: String, _ report: ServiceReport) throws -> ServiceReport.Standard {
        try #require(report.standards.first { $0.code == code })
    }

    @Test func standardIsMetOrMissedByWhatTheMonthShows() throws {
        var story = Story()
        for number in 1...20 {
            let day = number < 10 ? "0\(number)" : "\(number)"
            story.complaint("c\(number)", "2019-10-\(day) 08:00", about: "事情 \(number)")
            // One of the twenty is answered too late.
            story.step("answered", of: "c\(number)", number == 20 ? "2019-10-22 08:00" : "2019-10-\(day) 12:00")
        }
        let met = try standard("answer_in_time", report(story, at: "2019-10-31 08:00"))
        #expect(met.value == 95 && met.observations == 20 && met.status == "met")
        story.complaint("late", "2019-10-25 08:00", about: "又一件")
        let missed = try standard("answer_in_time", report(story, at: "2019-10-31 08:00"))
        #expect(missed.status == "missed" && missed.observations == 21)
        #expect(missed.owner == Term("客户服务部", "Customer service"))
    }

    @Test func whatCannotBeMeasuredIsNeitherMetNorMissed() throws {
        let report = try report(Story(), at: "2019-10-31 08:00")
        #expect(Set(report.standards.map(\.status)) == ["unknown"])
        #expect(report.commitments.map(\.ours) == [5, 2, 4])
        #expect(Set(report.benchmarks.map(\.kind)).count == 5)
    }

    @Test func luckyBranchWithFewAnswersIsNoBenchmark() throws {
        var story = Story()
        for number in 0..<40 {
            story.visit("2019-10-02 10:00", to: "K\(number)", ["satisfaction": number < 38 ? 5 : 4])
        }
        for number in 0..<3 {
            story.visit("2019-10-03 10:00", to: "L\(number)", ["satisfaction": 5, "site": "A2"])
        }
        for number in 0..<40 {
            story.visit("2019-10-03 10:00", to: "M\(number)", ["satisfaction": 3, "site": "A3"])
        }
        let standard = try standard("visit_satisfaction", report(story, at: "2019-10-31 08:00"))
        #expect(standard.sites.map(\.site) == ["A1", "A2", "A3"])
        #expect(standard.sites[1].value == 5)
        #expect(standard.sites[0].distance == 0)
        #expect(standard.sites[2].distance > standard.sites[1].distance)
        #expect(standard.sites.map(\.met) == [true, true, false])
    }

    @Test func timeToResolveCountsTheOpenCasesIn() throws {
        var story = Story()
        story.complaint("quick", "2019-10-01 08:00", about: "甲")
        story.step("resolved", of: "quick", "2019-10-02 08:00")
        for number in 1...2 { story.complaint("open\(number)", "2019-10-01 08:00", about: "乙 \(number)") }
        let cases = try story.at("2019-10-20 08:00").rehearsal
        let measures = ServiceMeasures(cases: cases.cases, visits: [], now: cases.now)
        // Most are open still: the median is not known yet.
        #expect(measures.value(of: .medianDaysToResolve) == nil)
        #expect(measures.value(of: .resolvedInWeekPercent)?.n == 3)
        story.step("resolved", of: "open1", "2019-10-05 08:00")
        let later = try story.at("2019-10-20 08:00").rehearsal
        #expect(
            ServiceMeasures(cases: later.cases, visits: [], now: later.now).value(of: .medianDaysToResolve)?.value == 4)
    }
}
