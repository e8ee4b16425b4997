import Foundation
import Records
import Rules
import SwiftProtobuf
import Testing

/// Each row of the table, and what it must not do.
@Suite struct DistributionTests {
    private static let zone = TimeZoneRules("Asia/Shanghai")!

    private func site(_ name: String) throws -> SiteID { try SiteID(name) }

    /// Who gets a record of `site`, with the reasons, when A0, B1 and C2 take part.
    private func recipients(
        from site: String = "hq", _ fill: (inout Facts) -> Void,
        in change: (inout Distribution.Circumstances) throws -> Void = { _ in }
    ) throws -> [String] {
        var circumstances = Distribution.Circumstances()
        circumstances.sites = try ["A0", "B1", "C2"].map { try SiteID($0) }
        try change(&circumstances)
        let record = try record(1, site: site, at: moment("2026-10-01 09:00", Self.zone), fill)
        return Distribution.recipients(of: record, in: circumstances).map { "\($0.site) \($0.reason)" }
    }

    @Test func aHandbookGoesToEverySite() throws {
        #expect(
            try recipients { $0.handbookVersion.version = "2" } == ["A0 broadcast", "B1 broadcast", "C2 broadcast"])
    }

    @Test func aLessonGoesToTheSitesThatItNamesAndToAllWhenItNamesNone() throws {
        #expect(try recipients { $0.lesson.sites = ["C2"] } == ["C2 addressed"])
        #expect(try recipients { $0.lesson = Lesson() } == ["A0 broadcast", "B1 broadcast", "C2 broadcast"])
    }

    @Test func anActionItemGoesToTheSitesThatItNamesAndToNobodyElse() throws {
        #expect(try recipients { $0.action.sites = ["B1", "A0"] } == ["A0 addressed", "B1 addressed"])
        #expect(try recipients { $0.action.department = "quality" } == [])
    }

    @Test func aNameThatIsNoSiteGetsNothing() throws {
        #expect(try recipients { $0.action.sites = ["hq", "elsewhere", "A0"] } == ["A0 addressed"])
    }

    @Test func recordsOfACaseGoToWhoWasGivenItAndBackToWhoseItIs() throws {
        func shared(_ circumstances: inout Distribution.Circumstances) throws {
            circumstances.madeAt = try site("A0")
            circumstances.given = [try site("B1")]
        }
        #expect(try recipients(from: "A0", { $0.complaint = Complaint() }, in: shared) == ["B1 caseGiven"])
        #expect(try recipients(from: "B1", { $0.step.kind = .arrived }, in: shared) == ["A0 ownCase"])
        #expect(
            try recipients(from: "hq", { $0.step.kind = .dispatched }, in: shared) == ["A0 ownCase", "B1 caseGiven"])
        #expect(try recipients(from: "C2", { $0.visit.reached = true }, in: shared) == ["A0 ownCase", "B1 caseGiven"])
    }

    @Test func aCaseThatNobodyWasGivenStaysWhereItIs() throws {
        #expect(try recipients(from: "A0", { $0.complaint = Complaint() }, in: { $0.madeAt = try site("A0") }) == [])
        #expect(try recipients(from: "A0") { $0.visit.reached = true } == [])
    }

    @Test func amendmentsAndErasuresGoToWhoHoldsWhatTheyName() throws {
        func held(_ circumstances: inout Distribution.Circumstances) throws {
            circumstances.holders = [try site("C2"), try site("A0"), try site("A0")]
        }
        #expect(try recipients({ $0.correction.recordID = Data(count: 16) }, in: held) == ["A0 amends", "C2 amends"])
        #expect(try recipients({ $0.retraction.recordID = Data(count: 16) }, in: held) == ["A0 amends", "C2 amends"])
        #expect(try recipients({ $0.erasure = Erasure() }, in: held) == ["A0 amends", "C2 amends"])
        // The writer has it.
        #expect(try recipients(from: "A0", { $0.retraction.recordID = Data(count: 16) }, in: held) == ["C2 amends"])
    }

    @Test func aMergeGoesToWhoWroteAboutEither() throws {
        func known(_ circumstances: inout Distribution.Circumstances) throws {
            circumstances.acquainted = [try site("B1")]
        }
        #expect(try recipients({ $0.merge = CustomerMerge() }, in: known) == ["B1 ownCustomer"])
        #expect(try recipients({ $0.unmerge = CustomerUnmerge() }, in: known) == ["B1 ownCustomer"])
    }

    @Test func whatHasNoEffectGoesNowhere() throws {
        #expect(try recipients({ $0.handbookVersion.version = "2" }, in: { $0.hasEffect = false }) == [])
    }

    @Test func everythingElseGoesNowhere() throws {
        func generous(_ circumstances: inout Distribution.Circumstances) throws {
            circumstances.madeAt = try site("A0")
            (circumstances.given, circumstances.holders) = (circumstances.sites, circumstances.sites)
            circumstances.acquainted = circumstances.sites
        }
        let others: [(inout Facts) -> Void] = [
            { $0.survey = SurveyAnswer() }, { $0.customer = CustomerProfile() }, { $0.delivery = Delivery() },
            { $0.issueDecision = IssueDecision() }, { $0.gap = GapCertificate() }, { $0.seal = Seal() },
            { $0.clockOffset = ClockOffset() }, { $0.keyChange = KeyChange() },
        ]
        for fill in others { #expect(try recipients(fill, in: generous) == []) }
    }

    @Test func aSiteThatJoinsLaterGetsWhatEverySiteGets() throws {
        let later = try recipients({ $0.handbookVersion.version = "2" }, in: { $0.sites.append(try site("D3")) })
        #expect(later.last == "D3 broadcast")
    }

    @Test func whatALostDiskGetsBack() throws {
        let now = try moment("2026-10-01 09:00", Self.zone)
        func returns(_ day: String, isOpen: Bool = false, _ fill: (inout Facts) -> Void) throws -> Bool {
            let record = try record(1, site: "A0", at: moment(day + " 09:00", Self.zone), fill)
            return Distribution.returns(record, isOfOpenCase: isOpen, at: now)
        }
        #expect(try returns("2020-01-01") { $0.customer = CustomerProfile() })
        #expect(try returns("2026-01-01") { $0.complaint = Complaint() })
        #expect(try !returns("2020-01-01") { $0.complaint = Complaint() })
        #expect(try returns("2020-01-01", isOpen: true) { $0.complaint = Complaint() })
        #expect(try returns("2026-01-01") { $0.visit = Visit() })
        #expect(try returns("2020-01-01", isOpen: true) { $0.step = CaseStep() })
        #expect(try returns("2026-01-01") { $0.correction = Correction() })
        #expect(try !returns("2026-09-01") { $0.survey = SurveyAnswer() })
        #expect(try !returns("2026-09-01") { $0.seal = Seal() })
    }
}
