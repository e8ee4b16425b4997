import Foundation
import Records
import Rules
import Testing

/// Who is one, by what headquarters said. The customers are called by one letter each.
@Suite struct CustomerLinksTests {
    private func token(_ name: String) -> CustomerToken {
        var token = CustomerToken()
        token.value = Data(name.utf8)
        return token
    }

    private func said(
        _ number: UInt64, _ one: String, _ other: String, areOne: Bool, site: String = "hq"
    ) throws -> Record {
        try record(number, site: site, at: Timestamp(milliseconds: Int64(number) * 1000)) { facts in
            if areOne {
                (facts.merge.one, facts.merge.other) = ([token(one)], [token(other)])
            } else {
                (facts.unmerge.one, facts.unmerge.other) = ([token(one)], [token(other)])
            }
        }
    }

    private func names(_ links: [CustomerLinks.Link]) -> [String] {
        links.map { ($0.one + $0.other).map { String(decoding: $0.value, as: UTF8.self) }.sorted().joined() }.sorted()
    }

    @Test func unmergingAfterMergingIsAsIfNothingHadBeenSaid() throws {
        let merge = try said(1, "a", "b", areOne: true)
        #expect(names(CustomerLinks([merge]).merges) == ["ab"])
        let undone = try CustomerLinks([merge, said(2, "b", "a", areOne: false)])
        #expect(undone.merges.isEmpty)
        #expect(names(undone.distinct) == ["ab"])
        let again = try CustomerLinks([merge, said(2, "b", "a", areOne: false), said(3, "a", "b", areOne: true)])
        #expect(names(again.merges) == ["ab"])
        #expect(again.distinct.isEmpty)
    }

    @Test func undoingOneMergeLeavesTheOthers() throws {
        let links = try CustomerLinks([
            said(1, "a", "b", areOne: true), said(2, "c", "d", areOne: true), said(3, "a", "b", areOne: false),
        ])
        #expect(names(links.merges) == ["cd"])
    }

    @Test func aMergeThatWouldJoinTwoWhoAreNeverTheSameNeedsAPerson() throws {
        let links = try CustomerLinks([
            said(1, "a", "c", areOne: false), said(2, "a", "b", areOne: true), said(3, "b", "c", areOne: true),
        ])
        #expect(names(links.merges) == ["ab"])
        #expect(names(links.contradicted) == ["bc"])
    }

    @Test func whatABranchSaysIsAProposal() throws {
        #expect(try CustomerLinks([said(1, "a", "b", areOne: true, site: "A0")]).merges.isEmpty)
    }

    @Test func namesThatExactKeysMadeOneCountAsOne() throws {
        let links = try CustomerLinks([said(1, "a", "b", areOne: true), said(2, "c", "b", areOne: false)]) { name in
            name == Data("c".utf8) ? Data("a".utf8) : name
        }
        #expect(links.merges.isEmpty)
    }

    @Test func anyOrderOfTheRecordsGivesTheSame() throws {
        var random = SeededGenerator(seed: 11)
        let letters = ["a", "b", "c", "d", "e"]
        for _ in 0..<200 {
            var records = try (1...8).map { number in
                let one = letters[Int(random.next() % 5)]
                let other = letters[Int(random.next() % 5)]
                return try said(UInt64(number), one, other, areOne: random.next() % 3 > 0)
            }
            let expected = CustomerLinks(records)
            records.shuffle(using: &random)
            #expect(CustomerLinks(records) == expected)
            #expect(CustomerLinks(records + records) == expected)
        }
    }
}
