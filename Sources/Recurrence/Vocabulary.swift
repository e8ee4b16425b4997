import Foundation

/// Numbers for terms, and in how many texts each occurs. Common terms have the least numbers once it is settled.
struct Vocabulary: Sendable {
    /// Terms beyond this many are not told apart any more; a number fits beside a count in 32 bits.
    static let limit = 1 << 27

    /// How many texts the prior stands for: so much is a term's general rarity worth beside what was counted.
    private static let priorTexts: Float = 200

    /// One over the part of a term's texts from which on it is a name's.
    private static let nameShare: UInt32 = 3

    private var keys: [TermKey] = []
    private var counts: [UInt32] = []
    /// In how many headlines a term is part of a name.
    private var nameCounts: [UInt32] = []
    /// Open addressing: a term's number plus one; 0 is free. The count is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 12)
    private(set) var textCount = 0
    private var isSettled = false
    /// The weights of terms, by number.
    private(set) var rarities: [Float] = []
    /// The same, squared.
    private(set) var squares: [Float] = []
    /// Terms below this number are common: the words of kinds of problems.
    private(set) var commonCount: UInt32 = 0

    var count: Int { keys.count }

    /// In how many texts a term occurs.
    func texts(_ number: UInt32) -> Int { Int(counts[Int(number)]) }

    /// Whether a term is rare enough to be part of the name of one place.
    func canName(_ number: UInt32) -> Bool { texts(number) <= max(8, textCount * 3 / 100) }

    /// How many pairs of texts share a term, each term counted: the work of comparing all with all.
    var pairings: Int { counts.reduce(0) { $0 + Int($1) * Int($1) } }

    /// The number of a term, if it is known.
    func find(_ key: TermKey) -> UInt32? {
        let number = slots[slot(key)]
        return number == 0 ? nil : number - 1
    }

    /// The number of a term, made when it is new; nil when there is no room for more.
    mutating func number(_ key: TermKey) -> UInt32? {
        let slot = slot(key)
        if slots[slot] != 0 { return slots[slot] - 1 }
        guard keys.count < Self.limit else { return nil }
        keys.append(key)
        counts.append(0)
        nameCounts.append(0)
        if isSettled {
            rarities.append(rarity(counted: 1, key))
            squares.append(rarities[keys.count - 1] * rarities[keys.count - 1])
        }
        slots[slot] = UInt32(keys.count)
        if keys.count * 2 > slots.count { grow() }
        return UInt32(keys.count - 1)
    }

    /// Counts one text that has the term.
    mutating func count(_ number: UInt32) { counts[Int(number)] += 1 }

    /// Counts one headline in which the term is part of a name.
    mutating func countName(_ number: UInt32) { nameCounts[Int(number)] += 1 }

    mutating func countText() { textCount += 1 }

    /// Gives common terms the least numbers and all terms their weight. Returns the new number of each old one.
    ///
    /// A term is common in more than this share of the texts, unless it is mostly met in names.
    mutating func settle(commonShare: Float) -> [UInt32] {
        let limit = commonShare * (Float(textCount) + Self.priorTexts)
        let isCommon = counts.indices.map { Float(counts[$0]) > limit && nameCounts[$0] * Self.nameShare < counts[$0] }
        // The earliest first among equals: numbers follow the canonical order of texts.
        let order = (0..<UInt32(keys.count)).sorted {
            let (left, right) = (Int($0), Int($1))
            return isCommon[left] != isCommon[right]
                ? isCommon[left] : (counts[right], left) < (counts[left], right)
        }
        var renumbered = [UInt32](repeating: 0, count: keys.count)
        for (new, old) in order.enumerated() { renumbered[Int(old)] = UInt32(new) }
        commonCount = UInt32(isCommon.count { $0 })
        nameCounts = order.map { nameCounts[Int($0)] }
        keys = order.map { keys[Int($0)] }
        counts = order.map { counts[Int($0)] }
        rarities = keys.indices.map { rarity(counted: counts[$0], keys[$0]) }
        squares = rarities.map { $0 * $0 }
        isSettled = true
        // Room for the terms of texts that come in one by one: growing takes a moment that they should not wait for.
        if keys.count * 3 > slots.count { slots = Array(repeating: 0, count: slots.count * 2) }
        rebuildSlots()
        return renumbered
    }

    private func rarity(counted: UInt32, _ key: TermKey) -> Float {
        let share: Float = CommonWords.keys.contains(key) ? 0.3 : 0.002
        let texts = Float(textCount) + Self.priorTexts
        return log(texts / (Float(counted) + share * Self.priorTexts)) + 1
    }

    private func slot(_ key: TermKey) -> Int {
        var slot = Int(truncatingIfNeeded: (key.raw &* 0x9E37_79B9_7F4A_7C15) >> 24) & (slots.count - 1)
        while slots[slot] != 0, keys[Int(slots[slot] - 1)] != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        rebuildSlots()
    }

    private mutating func rebuildSlots() {
        for index in slots.indices { slots[index] = 0 }
        for (number, key) in keys.enumerated() { slots[slot(key)] = UInt32(number + 1) }
    }
}

extension Array {
    /// The first index whose element satisfies the condition, where all that satisfy it stand last.
    func partitioningIndex(_ condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
