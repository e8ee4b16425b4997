import Foundation
import Records
import struct Records.Record
import Rules
import SwiftProtobuf
import Testing

@Suite struct AmendmentsTests {
    private let zone: TimeZoneRules
    private let complaint: Record

    init() throws {
        zone = try zoneNamed("Asia/Shanghai")
        complaint = try record(1, site: "A0", at: moment("2026-10-01 09:00", zone)) {
            $0.author = "王芳"
            $0.complaint.category = "door"
            $0.complaint.groupSize = 12
        }
    }

    private func retraction(
        _ number: UInt64, of target: Record, site: String = "A0", role: Facts.Role = .manager, at: String
    ) throws -> Record {
        try record(number, site: site, at: moment(at, zone)) {
            $0.authorRole = role
            $0.retraction.recordID = target.id.data
        }
    }

    private func correction(_ number: UInt64, category: String, site: String = "A0", at: String) throws -> Record {
        try record(number, site: site, at: moment(at, zone)) {
            $0.authorRole = .clerk
            $0.correction.recordID = complaint.id.data
            $0.correction.corrected.occurredAt = complaint.facts.occurredAt
            $0.correction.corrected.complaint.category = category
        }
    }

    @Test func theLatestCorrectionStandsWhateverCameFirst() throws {
        let first = try correction(2, category: "lift", at: "2026-10-02 09:00")
        let second = try correction(3, category: "water", at: "2026-10-03 09:00")
        for amendments in [[first, second], [second, first]] {
            let standing = Amendments(amendments).standing(of: complaint)
            #expect(standing.record.facts.complaint.category == "water")
            #expect(standing.correction == second.id)
            #expect(standing.record.id == complaint.id)
            #expect(standing.record.order == complaint.order)
        }
    }

    @Test func aRetractedRetractionCountsNoMore() throws {
        let retracted = try retraction(2, of: complaint, at: "2026-10-02 09:00")
        #expect(Amendments([retracted]).standing(of: complaint).retraction == retracted.id)
        let undone = try retraction(3, of: retracted, site: "hq", at: "2026-10-03 09:00")
        #expect(Amendments([undone, retracted]).standing(of: complaint).retraction == nil)
    }

    @Test func aRetractedCorrectionGivesWayToTheOneBefore() throws {
        let first = try correction(2, category: "lift", at: "2026-10-02 09:00")
        let second = try correction(3, category: "water", at: "2026-10-03 09:00")
        let undone = try retraction(4, of: second, at: "2026-10-04 09:00")
        let standing = Amendments([undone, second, first]).standing(of: complaint)
        #expect(standing.record.facts.complaint.category == "lift")
    }

    @Test func anotherSitesRetractionIsAProposal() throws {
        let foreign = try retraction(2, of: complaint, site: "B1", at: "2026-10-02 09:00")
        let standing = Amendments([foreign]).standing(of: complaint)
        #expect(standing.retraction == nil)
        #expect(standing.proposals.map(\.id) == [foreign.id])
    }

    @Test func aProposalIsSettledByWhoHasTheAuthority() throws {
        let foreign = try retraction(2, of: complaint, site: "B1", at: "2026-10-02 09:00")
        let decided = try correction(3, category: "lift", site: "hq", at: "2026-10-03 09:00")
        let standing = Amendments([decided, foreign]).standing(of: complaint)
        #expect(standing.proposals.isEmpty)
        #expect(standing.record.facts.complaint.category == "lift")
    }

    @Test func aSiteCannotUndoWhatHeadquartersRetracted() throws {
        let decided = try retraction(2, of: complaint, site: "hq", role: .headquarters, at: "2026-10-02 09:00")
        let undone = try retraction(3, of: decided, at: "2026-10-03 09:00")
        #expect(Amendments([decided, undone]).standing(of: complaint).retraction == decided.id)
    }

    @Test func retractionsInACircleEnd() throws {
        var one = try retraction(2, of: complaint, at: "2026-10-02 09:00")
        let other = try retraction(3, of: one, at: "2026-10-03 09:00")
        one.facts.retraction.recordID = other.id.data
        let standing = Amendments([one, other]).standing(of: other)
        #expect(standing.retraction == nil)
        #expect(Amendments([one, other]).standing(of: one).retraction == other.id)
    }

    @Test func aCorrectionMakesNothingElseOfARecord() throws {
        let turned = try record(2, site: "A0", at: moment("2026-10-02 09:00", zone)) {
            $0.correction.recordID = complaint.id.data
            $0.correction.corrected.visit.reached = true
        }
        let standing = Amendments([turned]).standing(of: complaint)
        #expect(standing.correction == nil)
        #expect(standing.record.facts.complaint.category == "door")
    }

    @Test func aLoweringByAClerkIsAProposalWithoutEffect() throws {
        var made = try CaseBuilder(made: "2019-07-01 08:00") { $0.groupSize = 12 }
        let proposed = try made.step(.gradeLowered, "2019-07-02 09:00", by: .clerk) { $0.grade = 1 }
        let view = try made.view(at: "2019-07-03 08:00")
        #expect(view.grade == .critical)
        #expect(view.proposals.map(\.record) == [proposed])
        let flags = CaseBuilder.rules.flags(for: view).filter { $0.kind == .amendmentProposed }
        #expect(flags.map(\.evidence) == [[proposed]])
        try made.step(.gradeLowered, "2019-07-02 10:00", site: "hq", by: .headquarters) { $0.grade = 1 }
        let settled = try made.view(at: "2019-07-03 08:00")
        #expect(settled.grade == .ordinary)
        #expect(!CaseBuilder.rules.flags(for: settled).contains { $0.kind == .amendmentProposed })
    }
}
