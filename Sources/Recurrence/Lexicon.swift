import Foundation

/// Numbers for terms, and in how many texts each occurs.
struct Lexicon: Sendable {
    private var numbers: [UInt64: UInt32] = [:]
    private(set) var texts: [UInt32] = []
    private(set) var textCount = 0

    /// The number of a term, made when it is new.
    mutating func number(_ key: UInt64) -> UInt32 {
        if let number = numbers[key] { return number }
        let number = UInt32(texts.count)
        numbers[key] = number
        texts.append(0)
        return number
    }

    /// Counts a text; `terms` names each of its terms once.
    mutating func count(_ terms: some Sequence<UInt32>) {
        textCount += 1
        for term in terms { texts[Int(term)] += 1 }
    }

    /// The inverse document frequency, smoothed so that a tiny corpus does not call every word rare or common.
    func rarity(_ term: UInt32) -> Float {
        Float(log(Double(textCount + 1) / Double(texts[Int(term)] + 1)) + 1)
    }
}
