import Testing

@testable import Search

@Suite struct PorterStemmerTests {
    /// From Porter's paper and his list of words.
    @Test(arguments: [
        ("caresses", "caress"), ("ponies", "poni"), ("ties", "ti"), ("cats", "cat"), ("feed", "feed"),
        ("agreed", "agre"),
        ("plastered", "plaster"), ("bled", "bled"), ("motoring", "motor"), ("sing", "sing"), ("conflated", "conflat"),
        ("troubled", "troubl"), ("sized", "size"), ("hopping", "hop"), ("falling", "fall"), ("hissing", "hiss"),
        ("fizzed", "fizz"), ("failing", "fail"), ("filing", "file"), ("happy", "happi"), ("sky", "sky"),
        ("relational", "relat"), ("conditional", "condit"), ("valenci", "valenc"), ("digitizer", "digit"),
        ("vietnamization", "vietnam"), ("operator", "oper"), ("feudalism", "feudal"), ("decisiveness", "decis"),
        ("hopefulness", "hope"), ("sensibiliti", "sensibl"), ("triplicate", "triplic"), ("electrical", "electr"),
        ("goodness", "good"), ("revival", "reviv"), ("allowance", "allow"), ("airliner", "airlin"),
        ("adjustable", "adjust"), ("replacement", "replac"), ("adoption", "adopt"), ("effective", "effect"),
        ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"), ("controll", "control"), ("roll", "roll"),
        ("generalizations", "gener"),
    ]) func aWordHasPortersStem(_ word: String, _ stem: String) {
        #expect(PorterStemmer.stem(word) == stem)
    }

    @Test(arguments: [
        ["complaint", "complaints", "complain", "complains", "complained", "complaining"],
        ["leak", "leaks", "leaked", "leaking"], ["broke", "broken", "breaks", "breaking"],
        ["refund", "refunds", "refunded", "refunding"],
    ]) func formsOfAWordAreOne(_ words: [String]) {
        #expect(Set(words.map(PorterStemmer.stem)).count == 1)
    }

    @Test(arguments: ["", "s", "as", "805", "s2", "café", "насос", "門"]) func whatIsNoEnglishWordStays(_ word: String) {
        #expect(PorterStemmer.stem(word) == word)
    }
}
