import Foundation
import Testing

@testable import Identity

/// Customers who are probably one, of a crowd of others.
@Suite struct LikelyPairsTests {
    /// People who share nothing beyond what strangers share.
    private func crowd(_ count: Int = 2000) -> [Person] {
        let family = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙"]
        let given = ["伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "军", "杰", "涛", "超", "霞"]
        var random = Generator(state: 7)
        return (0..<count).map { number in
            let draw = { (count: Int) in Int(random.next() % UInt64(count)) }
            return Person(
                id: "p\(number)", names: [family[draw(12)] + given[draw(15)] + given[draw(15)]],
                addresses: ["学府路\(draw(200) + 1)号\(draw(30) + 1)栋\(draw(900) + 100)室"],
                phones: ["139\(10_000_000 + draw(90_000_000))"],
                birthday: "19\(50 + draw(50))-\(draw(12) + 1)-\(draw(28) + 1)")
        }
    }

    private struct Generator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }

    private func found(_ people: [Person]) -> [LikelyPair] {
        var pairs = LikelyPairs()
        for person in people { pairs.add(person) }
        return pairs.find()
    }

    @Test func aNameAndAnAddressWithoutEndMakeFewKeys() {
        let words = (0..<10_000).map { "w\($0)x" }.joined(separator: " ")
        var table = PeopleTable()
        table.add(
            Person(
                id: "a", names: [words, String(repeating: "z", count: 100_000)], addresses: [words],
                numbers: (0..<10_000).map { "N\($0)" }, phones: (0..<10_000).map { "139\(10_000_000 + $0)" },
                emails: (0..<10_000).map { "m\($0)@example.com" }))
        for kind in BlockingKeys.allKinds {
            #expect(BlockingKeys.keys(kind, of: 0, table).count <= 32 * 32)
        }
        let long = PersonFeatures(Person(id: "b", names: [String(repeating: "z", count: 100_000)]))
        #expect(long.names.map(\.count) == [64])
    }

    @Test func strangersAreNotProposed() {
        #expect(found(crowd()).isEmpty)
    }

    @Test func aNameInChineseAndInLatinLettersIsNearlyTheSame() throws {
        let pair = try #require(
            found(
                crowd() + [
                    Person(id: "a", names: ["欧阳雪梅"], phones: ["13800000001"], birthday: "1987-02-03"),
                    Person(id: "b", names: ["Ouyang Xuemei"], phones: ["13900000002"], birthday: "19870203"),
                ]
            ).first)
        #expect((pair.one, pair.other) == ("a", "b"))
        #expect(pair.reasons.contains { $0.field == .name && $0.finding == .near })
        #expect(pair.reasons.contains { $0.field == .birthday && $0.finding == .same })
    }

    @Test func transposedDigitsOfATelephoneNumberAreNearlyTheSame() throws {
        let pair = try #require(
            found(
                crowd() + [
                    Person(id: "a", names: ["诸葛明远"], phones: ["13812345678"]),
                    Person(id: "b", names: ["诸葛明远"], phones: ["13812354678"]),
                ]
            ).first)
        #expect((pair.one, pair.other) == ("a", "b"))
        #expect(pair.reasons.contains { $0.field == .phone && $0.finding == .near })
    }

    @Test func aDayAndMonthInTheOtherOrderAreNearlyTheSame() throws {
        let pair = try #require(
            found(
                crowd() + [
                    Person(
                        id: "a", names: ["Margaret Thornbury"], addresses: ["12 Harcourt Lane, Lakeview"],
                        birthday: "1970-05-11"),
                    Person(
                        id: "b", names: ["Margret Thornbury"], addresses: ["12 Harcourt Ln, Lakeview"],
                        birthday: "1970-11-05"),
                ]
            ).first)
        #expect((pair.one, pair.other) == ("a", "b"))
        #expect(pair.reasons.contains { $0.field == .birthday && $0.finding == .near })
    }

    @Test func aFamilyAtOneAddressIsNotOnePerson() {
        let family = [
            Person(id: "a", names: ["Henrietta Quill"], addresses: ["7 Almond Row, Oldtown"], birthday: "1961-01-02"),
            Person(id: "b", names: ["Bartholomew Quill"], addresses: ["7 Almond Row, Oldtown"], birthday: "1959-08-30"),
        ]
        #expect(found(crowd() + family).isEmpty)
    }

    @Test func whoIsKnownToBeDistinctIsNotProposedAgain() {
        var pairs = LikelyPairs()
        for person in crowd() { pairs.add(person) }
        pairs.add(Person(id: "a", names: ["诸葛明远"], phones: ["13812345678"]))
        pairs.add(Person(id: "b", names: ["诸葛明远"], phones: ["13812354678"]))
        #expect(pairs.find(isKnown: { one, other in (one, other) == ("a", "b") }).isEmpty)
    }

    @Test func theOrderOfThePeopleMakesNoDifference() {
        let people =
            crowd(500) + [
                Person(id: "a", names: ["诸葛明远"], phones: ["13812345678"]),
                Person(id: "b", names: ["诸葛明远"], phones: ["13812354678"]),
            ]
        #expect(found(people) == found(people.reversed()))
    }

    @Test func nothingAtAllIsNoReason() {
        #expect(found([Person(id: "a"), Person(id: "b"), Person(id: "c", names: [""], phones: ["?"])]).isEmpty)
    }
}
