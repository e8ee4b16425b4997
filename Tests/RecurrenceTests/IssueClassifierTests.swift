import Records
import Testing

@testable import Recurrence

@Suite struct IssueClassifierTests {
    /// Eight confirmed issues in Chinese and English, nine wordings of each.
    private static let examples: [IssueClassifier.Example] = {
        let problems = [
            ("elevator", ["电梯", "停运", "困人"]), ("parking", ["车位", "被占", "停车场"]), ("noise", ["施工", "噪音", "扰民"]),
            ("leak", ["漏水", "渗水", "天花板"]), ("invoice", ["invoice", "wrong", "amount"]),
            ("login", ["password", "login", "reset"]), ("delivery", ["parcel", "late", "courier"]),
            ("refund", ["refund", "money", "back"]),
        ]
        let more = ["怎么办", "请处理", "again", "三天了", "please", "希望尽快", "since Monday", "没人管", "why"]
        return problems.flatMap { issue, words in
            more.enumerated().map { number, ending in
                let said = [words[number % 3], words[(number + 1) % 3], ending].joined(separator: " ")
                return IssueClassifier.Example(text(UInt64(number), said), issue: issue)
            }
        }
    }()

    private func classifier(_ examples: [IssueClassifier.Example] = examples) throws -> IssueClassifier {
        try IssueClassifier(examples)
    }

    @Test(arguments: [
        ("电梯又停运了，老人困在里面", "elevator"), ("my parcel is late and the courier does not answer", "delivery"),
        ("夜间施工噪音太大", "noise"), ("I want my money back, where is the refund?", "refund"),
    ])
    func newWordingGoesToItsIssue(_ words: String, _ issue: String) throws {
        let answer = try #require(try classifier().answer(text(900, words)))
        #expect(answer.issue == issue)
        #expect(answer.isKnown)
        #expect(answer.confidence > 0.5)
        #expect(!answer.words.isEmpty)
    }

    @Test(arguments: ["食堂饭菜质量下降", "The museum should open on Sundays", "！！！", ""])
    func whatNobodyConfirmedIsNotKnown(_ words: String) throws {
        let answer = try #require(try classifier().answer(text(900, words)))
        #expect(!answer.isKnown)
    }

    @Test func orderOfTheExamplesDoesNotMatter() throws {
        let expected = try classifier().answer(text(900, "电梯停了 since Monday"))
        var generator = Generator(state: 3)
        for _ in 0..<3 {
            let shuffled = try classifier(Self.examples.shuffled(using: &generator))
            #expect(shuffled.answer(text(900, "电梯停了 since Monday")) == expected)
        }
    }

    @Test func confidencesAreProbabilities() throws {
        let classifier = try classifier()
        let answers = (unrelated + elevator).compactMap { classifier.answer($0) }
        #expect(answers.count == unrelated.count + elevator.count)
        #expect(answers.allSatisfy { (0...1).contains($0.confidence) })
    }

    @Test func nothingConfirmedGivesNoAnswer() throws {
        #expect(try classifier([]).answer(elevator[0]) == nil)
        #expect(try classifier([.init(elevator[0], issue: "")]).answer(elevator[1]) == nil)
    }

    @Test func oneIssueAloneIsLearntToo() throws {
        let classifier = try classifier(elevator.map { .init($0, issue: "elevator") })
        #expect(try #require(classifier.answer(elevator[1])).issue == "elevator")
        #expect(try #require(classifier.answer(unrelated[20])).isKnown == false)
    }

    @Test func whatBelongsToNoneIsLearntToo() throws {
        let lift = Self.examples.filter { $0.issue == "elevator" }
        let others = Self.examples.filter { $0.issue != "elevator" }.map(\.text)
        let classifier = try IssueClassifier(lift, others: others)
        #expect(try #require(classifier.answer(text(900, "电梯又停运了，老人困在里面"))).isKnown)
        #expect(try #require(classifier.answer(text(900, "施工噪音怎么办"))).isKnown == false)
    }

    @Test func hugeTextIsReadInBoundedTime() throws {
        let answer = try classifier().answer(text(900, String(repeating: "电梯停运", count: 20_000)))
        #expect(answer?.issue == "elevator")
    }
}
