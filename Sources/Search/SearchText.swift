import Foundation
import Recurrence

/// A text as searching sees it: ideographs one by one, every other word by its stem.
package struct SearchText: Sendable {
    /// An ideograph, or a word.
    struct Unit: Sendable, Hashable {
        /// What parts it from the one before.
        enum Gap: Sendable { case none, separator, field }

        var key: String
        var isIdeograph: Bool
        var gap: Gap
        /// Where it stands, in Unicode scalars.
        var range: Range<Int>
    }

    /// Greatest number of scalars of one field; what lies beyond is not found.
    static let longestField = 16_384
    /// The longest word; what is longer is an address or noise, and is cut.
    private static let longestWord = 40
    /// What stands between two fields of a normalised text: no phrase goes over it.
    private static let fieldEnd: UInt32 = 0x0A

    let units: [Unit]

    /// What is kept of a record's texts to search in: all that follows is a function of it alone.
    package static func normalised(_ fields: [String]) -> String {
        var text: [UInt32] = []
        for field in fields where !field.isEmpty {
            var scalars: [UInt32] = []
            for scalar in composed(field).unicodeScalars.prefix(longestField) {
                TextNormalisation.append(scalar, to: &scalars)
            }
            if scalars.last == TextNormalisation.separator { scalars.removeLast() }
            if scalars.isEmpty { continue }
            if !text.isEmpty { text.append(fieldEnd) }
            text += scalars
        }
        return Self.text(text[...])
    }

    /// - Parameter normalised: as `normalised` made it.
    package init(normalised: String) {
        let scalars = normalised.unicodeScalars.map(\.value)
        units = Self.units(scalars, origins: Array(scalars.indices))
    }

    /// Any text; units stand where they stand in it. It should be composed, see `composed`.
    init(_ text: String) {
        var scalars: [UInt32] = []
        var origins: [Int] = []
        for (offset, scalar) in text.unicodeScalars.prefix(Self.longestField).enumerated() {
            TextNormalisation.append(scalar, to: &scalars)
            while origins.count < scalars.count { origins.append(offset) }
        }
        units = Self.units(scalars, origins: origins)
    }

    /// With letters and their marks as one, where a mark follows its letter.
    static func composed(_ text: String) -> String {
        let hasMarks = text.unicodeScalars.contains {
            (0x300...0x36F).contains($0.value) || (0x3099...0x309A).contains($0.value)
        }
        return hasMarks ? text.precomposedStringWithCanonicalMapping : text
    }

    /// What the index holds of it: pairs of ideographs that follow each other, the last one of each run alone, so that one
    /// ideograph is found as the beginning of a term; and the stems of words.
    package var terms: [String] {
        units.indices.map { index in
            isPair(index) ? units[index].key + units[index + 1].key : units[index].key
        }
    }

    /// Whether the unit and the next one are ideographs of one run.
    func isPair(_ index: Int) -> Bool {
        index + 1 < units.count && units[index].isIdeograph && units[index + 1].isIdeograph
            && units[index + 1].gap == .none
    }

    private static func units(_ scalars: [UInt32], origins: [Int]) -> [Unit] {
        var units: [Unit] = []
        units.reserveCapacity(scalars.count)
        var gap = Unit.Gap.separator
        var position = 0
        while position < scalars.count {
            let scalar = scalars[position]
            if isGap(scalar) {
                gap = scalar == fieldEnd ? .field : .separator
                position += 1
                continue
            }
            var end = position + 1
            let isIdeograph = Terms.isIdeograph(scalar)
            if !isIdeograph {
                while end < scalars.count, !isGap(scalars[end]), !Terms.isIdeograph(scalars[end]) { end += 1 }
            }
            let word = text(scalars[position..<min(end, position + longestWord)])
            let key = isIdeograph ? word : PorterStemmer.stem(word)
            let range = origins[position]..<origins[end - 1] + 1
            units.append(Unit(key: key, isIdeograph: isIdeograph, gap: gap, range: range))
            gap = .none
            position = end
        }
        return units
    }

    /// Every text of the index is made here: byte by byte, which is several times as fast as by a view of scalars.
    private static func text(_ scalars: ArraySlice<UInt32>) -> String {
        if scalars.count == 1, let scalar = scalars.first.flatMap(Unicode.Scalar.init) { return String(scalar) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scalars.count * 3)
        for value in scalars {
            if value < 0x80 {
                bytes.append(UInt8(value))
            } else if let scalar = Unicode.Scalar(value) {
                for byte in scalar.utf8 { bytes.append(byte) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isGap(_ scalar: UInt32) -> Bool { scalar == TextNormalisation.separator || scalar == fieldEnd }
}
