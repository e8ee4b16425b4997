import Foundation

/// Text as the features see it: compatibility forms folded (NFKC), lower case, invisible characters gone, white space
/// and punctuation of any kind as one separator each.
package enum TextNormalisation {
    /// What stands between words and sentences.
    package static let separator: UInt32 = 0x20

    /// The normalised scalars of the first `limit` scalars of a text; a little more where one folds into several.
    static func scalars(_ text: String, limit: Int) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(min(limit, text.utf8.count))
        for scalar in text.unicodeScalars.prefix(limit) { append(scalar, to: &result) }
        return result
    }

    /// Appends what becomes of the next scalar of a text: none, one, or a few where it folds into several.
    @inline(__always)
    package static func append(_ scalar: Unicode.Scalar, to result: inout [UInt32]) {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39, 0x4E00...0x9FFF, 0x3041...0x30FF, 0xAC00...0xD7A3:
            result.append(scalar.value)
        case 0x41...0x5A: result.append(scalar.value + 32)
        case 0xFF10...0xFF19, 0xFF41...0xFF5A: result.append(scalar.value - 0xFEE0)
        case 0xFF21...0xFF3A: result.append(scalar.value - 0xFEE0 + 32)
        // An apostrophe within a word says nothing: "don't" is "dont".
        case 0x27, 0x2019: return
        case 0x00...0x08, 0x0E...0x1F, 0x7F, 0xAD, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF: return
        case 0x00...0xA9, 0xAB...0xB4, 0xB6...0xB9, 0xBB...0xBF, 0x2010...0x205F, 0x3000...0x303F, 0xFF00...0xFF65:
            separate(&result)
        default: appendFolded(scalar, to: &result)
        }
    }

    private static func separate(_ result: inout [UInt32]) {
        if let last = result.last, last != separator { result.append(separator) }
    }

    /// The slow way, for the few characters outside ASCII and the common Chinese ones.
    private static func appendFolded(_ scalar: Unicode.Scalar, to result: inout [UInt32]) {
        let folded = String(scalar).precomposedStringWithCompatibilityMapping.lowercased()
        for scalar in folded.unicodeScalars.prefix(8) {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                result.append(scalar.value)
            } else if !scalar.properties.isDiacritic {
                separate(&result)
            }
        }
    }
}
