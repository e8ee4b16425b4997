import Foundation
import Records

/// Weighs whether two people are one: what they share speaks for it by how rare it is, what differs against it by how
/// seldom one person tells it differently. (Fellegi and Sunter: bits are logarithms of likelihood ratios.)
///
/// The numbers are estimates of how people and clerks write, not fitted to any list of known pairs.
struct PairWeigher {
    let table: PeopleTable

    /// Of a day of birth: about so many are common.
    private static let daysOfBirth = 29_000.0
    /// More than this no single field says.
    private static let mostOfName = 20.0, mostOfAddress = 11.0, mostOfWord = 12.0

    /// The probability that they are one, and what it follows from.
    func weigh(_ one: Int, _ other: Int) -> (probability: Double, reasons: [LikelyReason]) {
        let reasons = [
            name(one, other), address(one, other), code(.number, .numbers, one, other),
            code(.phone, .phones, one, other), email(one, other), birthday(one, other),
        ].compactMap(\.self)
        // Before anything is known: one of all the others may be the same person.
        let bits = reasons.reduce(-log2(Double(max(table.count, 2)))) { $0 + $1.bits }
        return (
            1 / (1 + exp2(-bits)),
            reasons.sorted { (abs($1.bits), $0.field.rawValue) < (abs($0.bits), $1.field.rawValue) }
        )
    }

    // MARK: Words

    /// What two lists of words share.
    private struct Alignment {
        var bits = 0.0
        var isExact = true
        var matched = 0
        var leftOver = (one: 0, other: 0)
    }

    private func align(_ one: ArraySlice<UInt32>, _ other: ArraySlice<UInt32>, ofNear: Double) -> Alignment {
        var alignment = Alignment()
        var (left, right) = (Array(one), Array(other))
        left.removeAll { word in
            guard let index = right.firstIndex(of: word) else { return false }
            right.remove(at: index)
            alignment.bits += min(table.bits(word), Self.mostOfWord)
            alignment.matched += 1
            return true
        }
        left.removeAll { word in
            let bytes = Array(table.word(word).utf8)
            guard let index = right.firstIndex(where: { near(bytes, table.word($0)) }) else { return false }
            let other = right.remove(at: index)
            // A misspelt word is rare by itself: the commoner of the two tells.
            alignment.bits += ofNear * min(table.bits(word), table.bits(other), Self.mostOfWord)
            alignment.matched += 1
            alignment.isExact = false
            return true
        }
        alignment.leftOver = (left.count, right.count)
        return alignment
    }

    private func near(_ one: [UInt8], _ other: String) -> Bool {
        let other = Array(other.utf8)
        // Characters of three bytes: one other of them is another name.
        if one.contains(where: { $0 >= 0x80 }) || other.contains(where: { $0 >= 0x80 }) { return false }
        return Likeness.isNear(one, other)
    }

    private func name(_ one: Int, _ other: Int) -> LikelyReason? {
        let (left, right) = (table[one, .names], table[other, .names])
        guard !left.isEmpty, !right.isEmpty else { return nil }
        var alignment = align(left, right, ofNear: 0.7)
        if alignment.matched == 0, soundsAlike(one, other) {
            return LikelyReason(field: .name, finding: .near, bits: 9)
        }
        let contradicted = min(alignment.leftOver.one, alignment.leftOver.other)
        let missing = max(alignment.leftOver.one, alignment.leftOver.other) - contradicted
        alignment.bits -= 3 * Double(contradicted) + 0.5 * Double(missing)
        let isSame = alignment.isExact && contradicted == 0 && missing == 0
        return LikelyReason(
            field: .name, finding: isSame ? .same : alignment.matched > 0 ? .near : .different,
            bits: min(alignment.bits, Self.mostOfName))
    }

    /// 王芳 and Fang Wang.
    private func soundsAlike(_ one: Int, _ other: Int) -> Bool {
        let sounds = { (person: Int) -> Set<String> in
            let written = table[person, .names].map(table.word).filter { $0.utf8.allSatisfy { $0 < 0x80 } }
            let spoken = table[person, .sounds].map(table.word)
            return Set(spoken + [written.joined(), written.reversed().joined()]).subtracting([""])
        }
        let isChinese = !table[one, .sounds].isEmpty || !table[other, .sounds].isEmpty
        return isChinese && !sounds(one).isDisjoint(with: sounds(other))
    }

    private func address(_ one: Int, _ other: Int) -> LikelyReason? {
        let (left, right) = (table[one, .addresses], table[other, .addresses])
        guard !left.isEmpty, !right.isEmpty else { return nil }
        let alignment = align(left, right, ofNear: 0.6)
        let all = Double(max(left.count, right.count))
        let share = Double(alignment.matched) / all
        // Parts of an address go together: each says half of what it would say alone.
        let bits = min(alignment.bits / 2, Self.mostOfAddress) - 4 * (1 - share)
        let isSame = alignment.isExact && alignment.leftOver == (0, 0)
        return LikelyReason(
            field: .address, finding: isSame ? .same : share >= 0.5 ? .near : .different, bits: bits)
    }

    // MARK: Codes

    /// Numbers and telephone numbers; people have several.
    private func code(
        _ field: LikelyReason.Field, _ part: PeopleTable.Part, _ one: Int, _ other: Int
    ) -> LikelyReason? {
        let (left, right) = (table[one, part], table[other, part])
        guard !left.isEmpty, !right.isEmpty else { return nil }
        let shared = left.filter(right.contains)
        if let best = shared.map(table.bits).max() {
            return LikelyReason(field: field, finding: .same, bits: min(best, 20) - 0.2)
        }
        for first in left {
            let bytes = Array(table.word(first).utf8)
            guard bytes.count >= 6 else { continue }
            for second in right where Likeness.edits(bytes, Array(table.word(second).utf8), limit: 1) <= 1 {
                // One in twelve is written wrongly; by chance about ten in 10^length come so near.
                let chance = 10 * Double(bytes.count) / pow(10, Double(min(bytes.count, 9)))
                return LikelyReason(field: field, finding: .near, bits: min(log2(0.08 / chance), 12))
            }
        }
        return LikelyReason(field: field, finding: .different, bits: field == .number ? -1.7 : -1)
    }

    private func email(_ one: Int, _ other: Int) -> LikelyReason? {
        let (left, right) = (table[one, .emails], table[other, .emails])
        guard !left.isEmpty, !right.isEmpty else { return nil }
        if let best = left.filter(right.contains).map(table.bits).max() {
            return LikelyReason(field: .email, finding: .same, bits: min(best, 18))
        }
        for first in left {
            for second in right where Likeness.isNear(Array(table.word(first).utf8), Array(table.word(second).utf8)) {
                return LikelyReason(field: .email, finding: .near, bits: 10)
            }
        }
        return LikelyReason(field: .email, finding: .different, bits: -0.5)
    }

    private func birthday(_ one: Int, _ other: Int) -> LikelyReason? {
        guard let left = table[one, .birthday].first, let right = table[other, .birthday].first else { return nil }
        if left == right {
            return LikelyReason(field: .birthday, finding: .same, bits: log2(0.9 * Self.daysOfBirth))
        }
        let (first, second) = (Array(table.word(left).utf8), Array(table.word(right).utf8))
        let isSwapped = first.count == 8 && Array(first[0..<4] + first[6..<8] + first[4..<6]) == second
        if isSwapped || Likeness.edits(first, second, limit: 1) <= 1 {
            // One in twelve is written wrongly; by chance about twenty days come so near.
            return LikelyReason(field: .birthday, finding: .near, bits: log2(0.08 / (20 / Self.daysOfBirth)))
        }
        return LikelyReason(field: .birthday, finding: .different, bits: -4)
    }
}
