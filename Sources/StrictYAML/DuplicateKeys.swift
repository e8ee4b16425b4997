/// The parser stops at the first map with a duplicate key. To report every fault of a file at once, the second of the two
/// keys gets another name of the same length, and the file is parsed again; the reader then meets that name and says
/// what it stands for.
struct DuplicateKeys {
    private var renamed: [String: (key: String, firstLine: Int)] = [:]

    var count: Int { renamed.count }

    /// What a key that this renamed was called, and where its twin stands; nil for any other key.
    func meaning(of key: String) -> (key: String, firstLine: Int)? { renamed[key] }

    /// The text with the second `key` renamed; nil when it cannot be found.
    mutating func renamingSecond(_ key: String, first: YAMLPlace, in text: String) -> String? {
        // By scalars: `\r\n` is one character, but two of these.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let wanted = Array(key.unicodeScalars)
        guard first.line >= 1, first.line <= lines.count, !wanted.isEmpty else { return nil }
        guard let (line, column) = Self.second(wanted, first: first, in: lines) else { return nil }
        // Private-use characters, another one for each key, so that no two of these names are the same.
        guard let mark = Unicode.Scalar(0xE000 + UInt32(renamed.count)) else { return nil }
        let name = [Unicode.Scalar](repeating: mark, count: wanted.count)
        lines[line].replaceSubrange(column..<column + wanted.count, with: name)
        renamed[Self.string(name)] = (key, first.line)
        return lines.map(Self.string).joined(separator: "\n")
    }

    /// The line and column, both from 0, of the key's second occurrence: below the first in the same column, or further on
    /// in the same line.
    private static func second(
        _ key: [Unicode.Scalar], first: YAMLPlace, in lines: [[Unicode.Scalar]]
    ) -> (line: Int, column: Int)? {
        let (line, column) = (first.line - 1, first.column - 1)
        for start in stride(from: column + key.count, to: lines[line].count, by: 1) {
            if let place = keyStart(key, at: start, in: lines[line]),
                " ,{".unicodeScalars.contains(lines[line][start - 1])
            {
                return (line, place)
            }
        }
        for next in lines.indices.dropFirst(line + 1) {
            let indentation = lines[next].prefix { $0 == " " }.count
            if indentation == lines[next].count || lines[next][indentation] == "#" { continue }
            if indentation < column { return nil }
            if indentation == column, let place = keyStart(key, at: column, in: lines[next]) { return (next, place) }
        }
        return nil
    }

    /// Where the key's own characters begin when the key, bare or quoted, stands at `start` with a colon behind it.
    private static func keyStart(_ key: [Unicode.Scalar], at start: Int, in line: [Unicode.Scalar]) -> Int? {
        var place = start
        var quote: Unicode.Scalar?
        if place < line.count, line[place] == "\"" || line[place] == "'" {
            quote = line[place]
            place += 1
        }
        guard line.dropFirst(place).starts(with: key) else { return nil }
        var end = place + key.count
        if let quote {
            guard end < line.count, line[end] == quote else { return nil }
            end += 1
        }
        let rest = line.dropFirst(end).drop { $0 == " " }
        return rest.first == ":" ? place : nil
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
