/// Cuts normalised text into terms: ideographs and their pairs; words and their pieces of two and three letters, which
/// bring "refunded" and "refund" together; numbers only where they belong to a name ("805路", "A3区").
package enum Terms {
    /// The longest word; what is longer is an address, a number or noise, and is cut.
    private static let longestWord = 24

    /// Calls `body` with each term's key and where it stands, in the order of the text.
    static func forEach(_ text: [UInt32], _ body: (TermKey, Range<Int>) -> Void) {
        var position = 0
        var previous: UInt32?
        while position < text.count {
            let scalar = text[position]
            if scalar == TextNormalisation.separator {
                previous = nil
                position += 1
            } else if isIdeograph(scalar) {
                body(TermKey(ideograph: scalar), position..<position + 1)
                if let previous { body(TermKey(previous, scalar), position - 1..<position + 1) }
                previous = scalar
                position += 1
            } else {
                let end = endOfWord(text, from: position)
                word(text, position..<end, body)
                previous = nil
                position = end
            }
        }
    }

    /// The end of the word that begins at `start`.
    static func endOfWord(_ text: [UInt32], from start: Int) -> Int {
        var end = start
        while end < text.count, text[end] != TextNormalisation.separator, !isIdeograph(text[end]) { end += 1 }
        return end
    }

    /// Whether it is a word, or a part of one, without a space to the next: ideographs, kana, hangul.
    package static func isIdeograph(_ scalar: UInt32) -> Bool {
        (0x2E80...0xD7FF).contains(scalar) || (0x20000...0x3FFFF).contains(scalar)
    }

    static func isNumber(_ word: ArraySlice<UInt32>) -> Bool {
        word.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func word(_ text: [UInt32], _ whole: Range<Int>, _ body: (TermKey, Range<Int>) -> Void) {
        let range = whole.lowerBound..<min(whole.upperBound, whole.lowerBound + longestWord)
        let word = text[range]
        if range.upperBound < text.count, isIdeograph(text[range.upperBound]) {
            let named = range.lowerBound..<range.upperBound + 1
            if !isNumber(word) || !measures.contains(text[range.upperBound]) {
                body(TermKey(.named, text[named]), named)
            }
        }
        guard !isNumber(word) else { return }
        body(TermKey(.word, word), range)
        let frame = CollectionOfOne(TextNormalisation.separator)
        let framed = Array(frame) + word + Array(frame)
        for (kind, length) in [(TermKey.Kind.pair, 2), (.triple, 3)] where framed.count >= length {
            for start in 0...framed.count - length { body(TermKey(kind, framed[start..<start + length]), range) }
        }
    }

    /// What follows a number that is an amount, a date or a time, not a part of a name.
    private static let measures = Set("年月日元万亿千百点时分秒天个岁人次块名平米度倍多余户件台周".unicodeScalars.map(\.value))
}
