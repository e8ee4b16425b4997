/// What somebody looks for: pieces that must all occur, and pieces that must not.
///
/// A piece is what stands between spaces, or in quotation marks, and occurs as a whole; `-piece` must not occur. Nothing else
/// has a meaning: whatever is typed is a query or has nothing in it to look for.
package struct SearchQuery: Sendable, Equatable {
    /// Greatest length of what is typed, in characters.
    package static let longest = 200
    private static let quotes: Set<Character> = ["\"", "“", "”", "„", "「", "」", "『", "』", "＂"]
    private static let minuses: Set<Character> = ["-", "－", "−"]

    /// Why there is nothing to look for; names no word of it.
    package enum Fault: Error, CustomStringConvertible {
        case tooLong
        case nothingWanted

        package var description: String {
            switch self {
            case .tooLong: "at most \(SearchQuery.longest) characters can be searched for"
            case .nothingWanted:
                "name at least one word or Chinese character that must occur; signs, and words with a hyphen before them, "
                    + "are none"
            }
        }
    }

    private let wanted: [[SearchText.Unit]]
    private let unwanted: [[SearchText.Unit]]

    package init(_ text: String) throws(Fault) {
        guard text.count <= Self.longest else { throw .tooLong }
        var wanted: [[SearchText.Unit]] = []
        var unwanted: [[SearchText.Unit]] = []
        for piece in Self.pieces(text) {
            let units = SearchText(SearchText.composed(piece.text)).units
            guard !units.isEmpty else { continue }
            if piece.isUnwanted { unwanted.append(units) } else { wanted.append(units) }
        }
        guard !wanted.isEmpty else { throw .nothingWanted }
        self.wanted = wanted
        self.unwanted = unwanted
    }

    private static func pieces(_ text: String) -> [(text: String, isUnwanted: Bool)] {
        var pieces: [(text: String, isUnwanted: Bool)] = []
        var piece = (text: "", isUnwanted: false)
        var isQuoted = false
        let end = {
            if !piece.text.isEmpty { pieces.append(piece) }
            piece = ("", false)
        }
        for character in text {
            if quotes.contains(character) {
                // A hyphen before the quotation belongs to it.
                if !piece.text.isEmpty { end() }
                if isQuoted { piece.isUnwanted = false }
                isQuoted.toggle()
            } else if character.isWhitespace, !isQuoted {
                end()
            } else if minuses.contains(character), piece.text.isEmpty, !isQuoted {
                piece.isUnwanted = true
            } else {
                piece.text.append(character)
            }
        }
        end()
        return pieces
    }

    /// What the index is asked, in the language of SQLite's FTS5: every term quoted, all of them needed. It finds what `matches`
    /// then has the last word on.
    package var expression: String {
        var parts: [String] = []
        for units in wanted {
            for index in units.indices {
                let unit = units[index]
                let isJoined = { (other: Int) in
                    units.indices.contains(other) && units[other].isIdeograph && units[max(index, other)].gap == .none
                }
                let part: String
                if !unit.isIdeograph {
                    part = "\"\(unit.key)\""
                } else if isJoined(index + 1) {
                    part = "\"\(unit.key)\(units[index + 1].key)\""
                } else if isJoined(index - 1) {
                    continue
                } else {
                    part = "\"\(unit.key)\"*"
                }
                if !parts.contains(part) { parts.append(part) }
            }
        }
        return parts.joined(separator: " AND ")
    }

    /// Whether every wanted piece occurs, and no unwanted one.
    package func matches(_ text: SearchText) -> Bool {
        wanted.allSatisfy { !places(of: $0, in: text).isEmpty }
            && unwanted.allSatisfy { places(of: $0, in: text).isEmpty }
    }

    /// Where wanted pieces occur, in Unicode scalars of the text; in order, none within another.
    func hits(in text: SearchText) -> [Range<Int>] {
        let found = wanted.flatMap { piece in
            places(of: piece, in: text).map { first in
                text.units[first].range.lowerBound..<text.units[first + piece.count - 1].range.upperBound
            }
        }
        var hits: [Range<Int>] = []
        for hit in found.sorted(by: { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }) {
            if let last = hits.last, hit.lowerBound < last.upperBound {
                hits[hits.count - 1] = last.lowerBound..<max(last.upperBound, hit.upperBound)
            } else {
                hits.append(hit)
            }
        }
        return hits
    }

    /// How many of the wanted pieces occur.
    func occurring(in text: SearchText) -> Int { wanted.count { !places(of: $0, in: text).isEmpty } }

    private func places(of piece: [SearchText.Unit], in text: SearchText) -> [Int] {
        guard piece.count <= text.units.count else { return [] }
        return (0...text.units.count - piece.count).filter { first in
            piece.indices.allSatisfy { index in
                let (wanted, found) = (piece[index], text.units[first + index])
                guard wanted.key == found.key else { return false }
                guard index > 0 else { return true }
                // Ideographs that are written as one word are one; "S2 门锁" is "S2门锁".
                let mustJoin = wanted.gap == .none && wanted.isIdeograph && piece[index - 1].isIdeograph
                return found.gap != .field && (!mustJoin || found.gap == .none)
            }
        }
    }
}
