import Foundation
import Testing

@testable import Search

@Suite struct SearchQueryTests {
    private func finds(_ query: String, _ fields: String...) throws -> Bool {
        try SearchQuery(query).matches(SearchText(normalised: SearchText.normalised(fields)))
    }

    @Test func twoCharactersAreFoundWithinALongerRun() throws {
        #expect(try finds("门锁", "智能门锁没电后打不开"))
        #expect(try finds("锁", "智能门锁没电后打不开"))
        #expect(try finds("开", "智能门锁没电后打不开"))
        #expect(try finds("门锁没电", "智能门锁没电后打不开"))
        #expect(try !finds("锁门", "智能门锁没电后打不开"))
        // Both pairs occur, the word does not.
        #expect(try !finds("电梯停", "电梯坏了，坏梯停运"))
        // Two words that only stand beside each other.
        #expect(try !finds("门锁", "我家的门，锁坏了"))
    }

    @Test func allWordsMustOccurInAnyOrderAndField() throws {
        #expect(try finds("leak 地下室", "地下室", "The pipe leaks"))
        #expect(try !finds("leak 电梯", "地下室", "The pipe leaks"))
    }

    @Test func anyFormOfAnEnglishWordIsFound() throws {
        for word in ["complaint", "complaints", "Complaining", "COMPLAINED"] {
            #expect(try finds(word, "Another complaint, nobody answers"))
            #expect(try finds(word, "she complained twice"))
        }
        #expect(try !finds("plain", "another complaint"))
    }

    @Test func wordsWithoutSpaceBetweenScriptsAreFoundEitherWay() throws {
        #expect(try finds("S2门锁", "智联 S2 门锁没电"))
        #expect(try finds("S2 门锁", "智联S2门锁没电"))
        #expect(try finds("805路", "805路公交车"))
    }

    @Test func aPhraseOccursAsAWholeAndWithinOneField() throws {
        #expect(try finds("\"water pressure\"", "The water, pressure is low"))
        #expect(try !finds("\"water pressure\"", "pressure of the water"))
        #expect(try !finds("\"water pressure\"", "no water", "pressure fell"))
        #expect(try finds("“门锁 没电”", "门锁没电"))
        #expect(try finds("re-open", "please re open it"))
        // A quotation that nobody ends goes to the end.
        #expect(try finds("\"low pressure", "low pressure in the pipe"))
    }

    @Test func whatHasAHyphenBeforeItMustNotOccur() throws {
        #expect(try finds("water -shower", "no water"))
        #expect(try !finds("water -shower", "no water in the showers"))
        #expect(try !finds("漏水 －厨房", "厨房漏水"))
        #expect(try !finds("water -\"hot shower\"", "no water, a hot shower"))
        #expect(try finds("water -\"hot shower\"", "no hot water, a shower"))
    }

    @Test(arguments: ["", "  ", "\"", "\"\"", "--", "-", "*", "( )", "😡", "-water", "-\"门锁\"", "……"])
    func whatHasNothingToFindIsRefused(_ query: String) {
        #expect(throws: SearchQuery.Fault.nothingWanted) { try SearchQuery(query) }
    }

    @Test func aQueryIsBounded() {
        #expect(throws: SearchQuery.Fault.tooLong) { try SearchQuery(String(repeating: "长", count: 201)) }
    }

    @Test(arguments: [
        ("\" OR * NEAR( --", "\"or\" AND \"near\""), ("a AND b", "\"a\" AND \"and\" AND \"b\""),
        ("terms:门锁", "\"term\" AND \"门锁\""), ("门", "\"门\"*"), ("智能门锁", "\"智能\" AND \"能门\" AND \"门锁\""),
        ("x\"; DROP TABLE term", "\"x\" AND \"drop\" AND \"tabl\" AND \"term\""),
        ("{a b} : ^c + d", "\"a\" AND \"b\" AND \"c\" AND \"d\""),
        ("门锁 门锁 locks lock", "\"门锁\" AND \"lock\""),
    ]) func theIndexIsAskedForQuotedTermsOnly(_ query: String, _ expression: String) throws {
        #expect(try SearchQuery(query).expression == expression)
    }

    @Test func theTermsAskedForAreThoseOfEveryTextThatMatches() throws {
        let texts = ["智联S2门锁没电", "门", "water pressure 太低", "S2", "没电了，电", "805路公交"]
        let queries = ["门", "电", "S2", "S2门锁", "路", "没电", "\"pressure 太低\"", "805路"]
        for query in try queries.map({ try SearchQuery($0) }) {
            for text in texts.map({ SearchText(normalised: SearchText.normalised([$0])) }) where query.matches(text) {
                for part in query.expression.components(separatedBy: " AND ") {
                    let term = part.filter { $0 != "\"" && $0 != "*" }
                    #expect(text.terms.contains { part.hasSuffix("*") ? $0.hasPrefix(term) : $0 == term })
                }
            }
        }
    }
}
