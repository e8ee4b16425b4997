import Foundation

/// Terms of a text: single characters and pairs of neighbours.
enum Grams {
    /// Calls `body` with the key of every term, in the order of the text.
    static func forEach(_ text: String, _ body: (UInt64) -> Void) {
        var previous: UInt32 = 0
        for scalar in text.prefix(2000).precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                previous = 0
                continue
            }
            body(UInt64(scalar.value))
            if previous != 0 { body(UInt64(previous) << 32 | UInt64(scalar.value)) }
            previous = scalar.value
        }
    }
}
