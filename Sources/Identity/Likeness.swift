/// How alike two words or numbers are. Pure arithmetic on letters.
enum Likeness {
    /// Insertions, deletions, replacements and swaps of neighbours that make one of the other; `limit + 1` when there are more.
    static func edits<Element: Equatable>(_ one: [Element], _ other: [Element], limit: Int) -> Int {
        let (rows, columns) = (one.count, other.count)
        if abs(rows - columns) > limit { return limit + 1 }
        if rows == 0 || columns == 0 { return max(rows, columns) }
        var before = [Int](repeating: 0, count: columns + 1)
        var last = Array(0...columns)
        for row in 1...rows {
            var line = [Int](repeating: row, count: columns + 1)
            for column in 1...columns {
                let cost = one[row - 1] == other[column - 1] ? 0 : 1
                line[column] = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    line[column] = min(line[column], before[column - 2] + 1)
                }
            }
            if line.allSatisfy({ $0 > limit }) { return limit + 1 }
            (before, last) = (last, line)
        }
        return min(last[columns], limit + 1)
    }

    /// Whether one word is probably the other, written down wrongly: the more letters, the more of them may differ.
    static func isNear(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let length = max(one.count, other.count)
        let allowed = length < 4 ? 0 : length < 8 ? 1 : 2
        return allowed > 0 && edits(one, other, limit: allowed) <= allowed
    }
}
