import Records
import Testing

@testable import Recurrence

struct MeaningTests {
    /// Texts that share no word; the meaning of each is given by its kind.
    private static func texts(_ titles: [String]) -> [IssueText] {
        titles.enumerated().map { number, title in
            IssueText(
                id: RecordID(high: 7, low: UInt64(number)), time: Int64(number) * 86_400_000, site: "s", title: title)
        }
    }

    private static func vector(_ kind: Int, _ number: Int) -> MeaningVector? {
        var values = [Float](repeating: 0.4, count: 32)
        values[kind] += 1
        values[16 + number % 16] += 0.1
        return MeaningVector(values)
    }

    private static func meanings(_ texts: [IssueText], _ kinds: [Int]) -> TextMeanings {
        var meanings = TextMeanings(background: (0..<32).compactMap { vector($0 % 16, $0) })
        for (number, text) in texts.enumerated() {
            if let vector = vector(kinds[number], number) { meanings.add(vector, of: text.id) }
        }
        return meanings
    }

    private static let lift = ["扶梯停摆数日", "升降机困人", "the elevator is out of order", "lift stuck between floors"]

    @Test func otherWordsOfTheSameMeaningAreOneIssue() {
        let texts = Self.texts(Self.lift + ["菜品口味太咸", "parking fees went up"])
        let grouper = IssueGrouper()
        #expect(grouper.group(texts).issues.isEmpty)
        let meanings = Self.meanings(texts, [1, 1, 1, 1, 2, 3])
        let issues = grouper.group(texts, meanings: meanings).issues
        #expect(issues.map(\.members) == [texts.prefix(4).map(\.id)])
        #expect(issues[0].reasons.allSatisfy { $0.meaning ?? 0 > 0.5 })
    }

    @Test func orderDoesNotMatter() {
        let texts = Self.texts(Self.lift + ["菜品口味太咸", "parking fees went up"])
        let meanings = Self.meanings(texts, [1, 1, 1, 1, 2, 3])
        var other = TextMeanings(background: (0..<32).compactMap { Self.vector($0 % 16, $0) })
        for number in texts.indices.reversed() {
            if let vector = Self.vector([1, 1, 1, 1, 2, 3][number], number) { other.add(vector, of: texts[number].id) }
        }
        let grouper = IssueGrouper()
        #expect(
            grouper.group(texts, meanings: meanings) == grouper.group(texts.reversed(), meanings: other))
    }

    @Test func placesThatContradictStayApart() {
        let texts = Self.texts(["东方花园电梯停运", "翠微花园电梯停运"])
        let meanings = Self.meanings(texts, [1, 1])
        #expect(IssueGrouper().group(texts, meanings: meanings).issues.isEmpty)
    }

    @Test func textWithoutVectorIsComparedByWords() {
        let texts = Self.texts(["阳光花园小区电梯停运三天", "阳光花园小区电梯停运", "水管漏水"])
        var meanings = Self.meanings([texts[2]], [3])
        #expect(IssueGrouper().group(texts, meanings: meanings).issues == IssueGrouper().group(texts).issues)
        // One of another model is left out.
        meanings.add(MeaningVector([1, 2, 3])!, of: texts[0].id)  // Three numbers are a vector.
        #expect(meanings.count == 1)
    }

    @Test(arguments: [[], [0, 0], [.nan, 1], [.infinity]] as [[Float]])
    func whatIsNoDirectionIsNoVector(_ values: [Float]) {
        #expect(MeaningVector(values) == nil)
    }

    @Test func manyTextsFindTheirLike() throws {
        // More than are compared with all others.
        let count = MeaningNeighbours.exhaustive + 500
        var meanings = TextMeanings(background: [])
        let ids = (0..<count).map { RecordID(high: 1, low: UInt64($0)) }
        var random = Noise(seed: 5)
        var directions: [[Float]] = []
        for number in 0..<count {
            // Of every two the second repeats an earlier one with some noise.
            let base =
                number % 2 == 1
                ? directions[Int.random(in: 0..<directions.count, using: &random)]
                : (0..<24).map { _ in Float.random(in: -1...1, using: &random) }
            directions.append(base.map { $0 + Float.random(in: -0.1...0.1, using: &random) })
            meanings.add(try #require(MeaningVector(directions[number])), of: ids[number])
        }
        let space = try #require(MeaningSpace(meanings, ids))
        var neighbours = MeaningNeighbours(space)
        var found = 0
        for number in 0..<count {
            let close = neighbours.findAndAdd(number)
            #expect(close.allSatisfy { $0 < number })
            if number % 2 == 1, close.contains(where: { space.cosine($0, number) > 0.9 }) { found += 1 }
        }
        #expect(found >= count / 2 * 9 / 10)
    }
}

/// Knuth's linear congruential generator: the same numbers in each run.
private struct Noise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
