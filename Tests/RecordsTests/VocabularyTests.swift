import Testing

@testable import Records

struct VocabularyTests {
    @Test func everyWordIsReadBackFromItsCodeAndBothTerms() {
        check(RecordKind.self)
        check(Grade.self)
        check(Visit.Method.self)
        check(Visit.Expectation.self)
        check(Complaint.Channel.self)
        check(Complaint.Form.self)
        check(Complaint.Phase.self)
        check(Complaint.Danger.self)
        check(Complaint.Support.self)
        check(Complaint.Origin.self)
        check(Complaint.Source.self)
        check(Complaint.Lapse.self)
        check(Complaint.Subject.self)
        check(Complaint.Impact.self)
        check(Complaint.Control.self)
        check(Complaint.Seeks.self)
        check(DelayCause.self)
        check(CaseStep.Kind.self)
        check(CaseStep.Power.self)
        check(CaseStep.Stage.self)
        check(CaseStep.Cause.self)
        check(SurveyAnswer.Mode.self)
    }

    @Test func unknownWordsNameNothing() {
        #expect(Complaint.Channel.named("") == nil)
        #expect(Complaint.Channel.named("pigeon") == nil)
        #expect(Complaint.Channel.named("PHONE") == .phone)
        #expect(Complaint.Channel.UNRECOGNIZED(99).code == "unspecified")
        #expect(Complaint.Channel.UNRECOGNIZED(99).term[.chinese] == "未说明")
    }

    @Test func gradesAreOrderedFromLightToGrave() {
        #expect(Grade.allCases.sorted() == [.ordinary, .important, .hot, .critical])
        #expect(Grade.hot.term == Term("热点", "hot"))
    }

    private func check<Value: Worded>(_ type: Value.Type) {
        let words = Value.vocabulary
        #expect(Set(words.map(\.code)).count == words.count)
        #expect(Set(words.map(\.term.chinese)).count == words.count)
        for word in words {
            #expect(Value.named(word.code) == word.value)
            #expect(Value.named(word.term.chinese) == word.value)
            #expect(Value.named(word.term.english) == word.value)
            #expect(word.value.code == word.code)
            #expect(word.code.allSatisfy { $0.isASCII && !$0.isUppercase })
        }
    }
}
