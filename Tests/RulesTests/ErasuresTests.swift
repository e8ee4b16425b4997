import Foundation
import Records
import struct Records.Record
import Rules
import SwiftProtobuf
import Testing

@Suite struct ErasuresTests {
    private static let token = Data(repeating: 1, count: 16)
    private let zone: TimeZoneRules
    private let complaint: Record

    init() throws {
        zone = try zoneNamed("Asia/Shanghai")
        complaint = try record(1, site: "A0", at: moment("2026-10-01 09:00", zone)) { $0.complaint.category = "door" }
    }

    private func token(_ byte: UInt8 = 1) -> CustomerToken {
        var token = CustomerToken()
        token.value = Data(repeating: byte, count: 16)
        return token
    }

    private func erasure(
        _ number: UInt64 = 9, site: String = "hq", at: String = "2026-10-05 12:00", _ fill: (inout Erasure) -> Void
    ) throws -> Record {
        try record(number, site: site, at: moment(at, zone)) { facts in
            facts.authorRole = site == "hq" ? .headquarters : .manager
            fill(&facts.erasure)
        }
    }

    private func visit(_ number: UInt64, at: String, by byte: UInt8 = 1) throws -> Record {
        try record(number, site: "A0", at: moment(at, zone)) {
            $0.visit.reached = true
            $0.customerTokens = [token(byte)]
        }
    }

    @Test func whatIsNamedGoesWheneverItWasWritten() throws {
        let erasures = Erasures([try erasure(at: "2026-09-01 12:00") { $0.recordIds = [complaint.id.data] }])
        #expect(erasures.erasure(of: complaint) == RecordID(site: try SiteID("hq"), clientID: "r9"))
        #expect(erasures.name(complaint.id))
        let other = try record(2, site: "A0", at: moment("2026-08-01 09:00", zone)) { $0.complaint.category = "door" }
        #expect(erasures.erasure(of: other) == nil)
        #expect(!erasures.account(for: other))
    }

    @Test func underATokenGoesWhatWasWrittenBeforeAndNothingLater() throws {
        let erasures = Erasures([try erasure { $0.customerTokens = [token()] }])
        let before = try visit(2, at: "2026-10-05 11:59")
        let later = try visit(3, at: "2026-10-05 12:01")
        #expect(erasures.erasure(of: before) != nil)
        #expect(erasures.erasure(of: later) == nil)
        #expect(try erasures.erasure(of: visit(4, at: "2026-10-01 09:00", by: 2)) == nil)
        // Without words already, by its own clock: the erasure accounts for it.
        #expect(erasures.account(for: later))
    }

    @Test func stepsVisitsAndAmendmentsGoWithWhatTheyBelongTo() throws {
        let erasures = Erasures([try erasure { $0.recordIds = [complaint.id.data] }])
        let at = try moment("2026-10-02 09:00", zone)
        let step = try record(2, site: "B1", at: at) { $0.step.caseID = complaint.id.data }
        let visit = try record(3, site: "B1", at: at) { $0.visit.caseID = complaint.id.data }
        let correction = try record(4, site: "A0", at: at) { $0.correction.recordID = complaint.id.data }
        let retraction = try record(5, site: "A0", at: at) { $0.retraction.recordID = complaint.id.data }
        for record in [step, visit, correction, retraction] { #expect(erasures.erasure(of: record) != nil) }
        let later = try record(6, site: "B1", at: moment("2026-10-06 09:00", zone)) {
            $0.step.caseID = complaint.id.data
        }
        #expect(erasures.erasure(of: later) == nil)
    }

    @Test func aCorrectionIsKnownByTheCustomerThatItGivesARecord() throws {
        let erasures = Erasures([try erasure { $0.customerTokens = [token()] }])
        let correction = try record(2, site: "A0", at: moment("2026-10-02 09:00", zone)) {
            $0.correction.recordID = RecordID(high: 5, low: 5).data
            $0.correction.corrected.customerTokens = [token()]
        }
        #expect(erasures.erasure(of: correction) != nil)
    }

    @Test func onlyHeadquartersErases() throws {
        var erasures = Erasures()
        let requested = try erasures.add(erasure(site: "A0") { $0.recordIds = [complaint.id.data] })
        let other = erasures.add(complaint)
        #expect(!requested && !other)
        #expect(erasures.isEmpty)
        #expect(erasures.erasure(of: complaint) == nil)
    }

    @Test func theOrderOfErasuresDoesNotMatter() throws {
        let first = try erasure(8, at: "2026-10-03 12:00") {
            $0.recordIds = [complaint.id.data]
            $0.customerTokens = [token()]
        }
        let second = try erasure(9) {
            $0.recordIds = [complaint.id.data]
            $0.customerTokens = [token()]
        }
        let step = try record(2, site: "B1", at: moment("2026-10-04 09:00", zone)) {
            $0.step.caseID = complaint.id.data
        }
        let visit = try visit(3, at: "2026-10-02 09:00")
        let (one, other) = (Erasures([first, second, first]), Erasures([second, first]))
        for record in [complaint, step, visit] {
            #expect(one.erasure(of: record) != nil)
            #expect(one.erasure(of: record) == other.erasure(of: record))
        }
    }

    @Test func whatFiguresNeedOfTheWordsRemains() throws {
        let erasures = Erasures([
            try erasure {
                var words = ErasedWords()
                words.recordID = complaint.id.data
                words.sameWords = 77
                $0.words = [words]
            }
        ])
        #expect(erasures.remains(of: complaint.id)?.sameWords == 77)
        #expect(erasures.remains(of: RecordID(high: 1, low: 1)) == nil)
    }
}
