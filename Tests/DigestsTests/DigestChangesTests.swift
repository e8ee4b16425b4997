import Foundation
import Records
import Testing

@testable import Digests

@Suite struct DigestChangesTests {
    private var july: DigestInput {
        var input = DigestInput.empty(sites: [complete("A1", "城东店"), complete("A2", "城西店")])
        input.cases = [
            CaseSummary(
                id: record(1), site: site("A1"), category: "leaks", madeAt: at("2019-07-05 10:00"),
                limits: ["answer": .unknown]),
            CaseSummary(id: record(2), site: site("A2"), category: "doors", madeAt: at("2019-07-06 10:00")),
        ]
        return input
    }

    private func late(_ number: Int, concerns: Int? = nil, occurred: String = "2019-07-30 10:00") -> LateRecord {
        LateRecord(
            id: record(number), site: site("A1"), kind: Term("投诉", "complaint"), occurred: at(occurred),
            recorded: at(occurred), arrived: at("2019-08-10 10:00"), concerns: concerns.map(record))
    }

    @Test func closingAgainWithoutNewsIsTheSameEdition() {
        let first = DigestEdition(july)
        var later = july
        later.asOf = at("2019-08-20 09:00")
        let again = DigestEdition(later, after: first)
        #expect(again == first)
        #expect(again.digest.revision == 1)
        #expect(again.digest.changes == nil)
    }

    @Test func aLateComplaintMakesRevisionTwoThatNamesIt() throws {
        let first = DigestEdition(july)
        var input = july
        input.cases.append(
            CaseSummary(id: record(3), site: site("A1"), category: "leaks", madeAt: at("2019-07-30 10:00")))
        input.late = [late(3)]
        let second = DigestEdition(input, after: first)
        #expect(second.digest.revision == 2)
        #expect(second.digest.isIntact && second.digest.hash != first.digest.hash)
        let changes = try #require(second.digest.changes)
        #expect(changes.from == 1)
        #expect(changes.causes.map(\.id) == [record(3)])
        let received = try #require(changes.figures.first { $0.name == "complaints.site.A1.received" })
        #expect(received.before == .count(1) && received.after == .count(2))
        #expect(received.causes == [record(3)])
        #expect(!changes.figures.contains { $0.name.text.hasPrefix("complaints.site.A2.") })
        let chinese = changes.inWords(.chinese, of: second.digest)
        let english = changes.inWords(.english, of: second.digest)
        #expect(chinese.contains("投诉 · 收到：2 → 3（因 1 条记录）"))
        #expect(english.contains("complaints · received: 2 → 3 (by 1 record)"))
        #expect(chinese.count == english.count)
        #expect(second.digest.markdown(.chinese).contains("与第 1 版的不同"))
    }

    @Test func aLateStepNamesTheFiguresThatItsCaseLeftAndEntered() throws {
        let first = DigestEdition(july)
        var input = july
        input.cases[0].limits = ["answer": .met]
        input.late = [late(9, concerns: 1)]
        let changes = try #require(DigestEdition(input, after: first).digest.changes)
        let names = ["limits.answer.met", "limits.answer.unknown"]
        for name in names {
            #expect(changes.figures.first { $0.name.text == name }?.causes == [record(9)])
        }
        #expect(changes.figures.contains { $0.name == "complaints.received" } == false)
    }

    @Test func aRetractionOfTheCauseIsFoundByWhatLeft() throws {
        let first = DigestEdition(july)
        var input = july
        input.cases.removeFirst()
        input.late = [late(9, concerns: 1)]
        let changes = try #require(DigestEdition(input, after: first).digest.changes)
        #expect(changes.figures.first { $0.name == "complaints.received" }?.causes == [record(9)])
    }

    @Test func theThirdRevisionNamesOnlyWhatIsNewSinceTheSecond() throws {
        let first = DigestEdition(july)
        var input = july
        input.late = [late(9, concerns: 1)]
        input.cases[0].limits = ["answer": .met]
        let second = DigestEdition(input, after: first)
        input.late.append(late(10, concerns: 2))
        input.cases[1].state = .resolved(at: at("2019-07-31 10:00"))
        let third = DigestEdition(input, after: second)
        #expect(third.digest.revision == 3)
        #expect(third.digest.changes?.causes.map(\.id) == [record(10)])
        #expect(third.digest.changes?.from == 2)
    }

    @Test func lateRecordsOfEarlierMonthsStandInTheDigestButChangeNothingElse() {
        var input = july
        input.late = [late(9, occurred: "2019-06-30 23:59"), late(10, occurred: "2019-07-01 00:00")]
        let digest = Digest(input)
        #expect(digest.count("late.earlier_months") == 1)
        #expect(digest.count("late.this_month") == 1)
    }

    @Test func aSiteThatBecomesCompleteIsAChange() throws {
        var input = july
        input.sites[1].coverage = .silent(since: nil)
        let first = DigestEdition(input)
        let second = DigestEdition(july, after: first)
        #expect(
            second.digest.changes?.sites == [
                .init(site: site("A2"), before: .silent, after: .complete)
            ])
        #expect(second.digest.markdown(.chinese).contains("城西店 的数据：失联 → 完整"))
        #expect(second.digest.markdown(.english).contains("A2: silent → complete"))
    }

    @Test func anEditionSurvivesItsCoding() throws {
        var input = DigestInput.random(seed: 4)
        let first = DigestEdition(input)
        input.cases.removeLast()
        let second = DigestEdition(input, after: first)
        let bytes = try JSONEncoder().encode(second)
        #expect(try JSONDecoder().decode(DigestEdition.self, from: bytes) == second)
    }

    @Test(arguments: ["gA==", "gICAgICAgICAAQ==", "/w8="])
    func evidenceWhosePlacesAreNoneIsRefused(places: String) {
        let json = "{\"records\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"figures\":[{\"name\":\"a\",\"places\":\"\(places)\"}]}"
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(DigestEvidence.self, from: Data(json.utf8))
        }
    }
}
