import Records
import Rules
import SwiftProtobuf
import Testing

@Suite struct AuthorityTests {
    /// What of the table holds for the record of a site and role, on a record of site A0 that its clerk 王芳 wrote, of a case that
    /// was given to B1.
    private func permitted(_ site: String, _ role: Facts.Role, author: String = "李强") throws -> [Authority.Act] {
        let zone = try zoneNamed("Asia/Shanghai")
        let actor = try record(1, site: site, at: moment("2026-10-01 09:00", zone)) {
            $0.authorRole = role
            $0.author = author
            $0.retraction.recordID = RecordID(high: 1, low: 1).data
        }
        let subject = Authority.Subject(site: try SiteID("A0"), author: "王芳", given: [try SiteID("B1")])
        return Authority.Act.allCases.filter { Authority.permits($0, by: actor, on: subject) }
    }

    @Test func headquartersMayDoEverything() throws {
        #expect(try permitted("hq", .headquarters) == Authority.Act.allCases)
    }

    @Test func aManagerMayCorrectRetractAndLowerAtTheOwnSite() throws {
        #expect(try permitted("A0", .manager) == [.correct, .retract, .lowerGrade])
    }

    @Test func aClerkMayCorrectTheSitesRecordsAndRetractTheOwn() throws {
        #expect(try permitted("A0", .clerk) == [.correct])
        #expect(try permitted("A0", .clerk, author: "王芳") == [.correct, .retract])
        #expect(try permitted("A0", .unspecified) == [.correct])
    }

    @Test func theManagerOfASiteThatWasGivenTheCaseMayLowerItsGrade() throws {
        #expect(try permitted("B1", .manager) == [.lowerGrade])
        #expect(try permitted("B1", .clerk) == [])
    }

    @Test func anyOtherSiteMayOnlyPropose() throws {
        for role in [Facts.Role.clerk, .manager, .headquarters] {
            // A site that says of itself that it is headquarters is none.
            #expect(try permitted("C2", role, author: "王芳") == [])
        }
    }
}
