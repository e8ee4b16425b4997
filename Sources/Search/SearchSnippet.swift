/// The part of a record's texts in which something was found.
package struct SearchSnippet: Sendable, Equatable {
    package let text: String
    /// Where the words stand, in Unicode scalars of `text`.
    package let hits: [Range<Int>]

    /// The field in which most of it occurs, cut to `limit` characters around the first hit; nil when all fields are empty.
    /// - Parameter fields: as they may be shown.
    package init?(_ fields: [String], _ query: SearchQuery, limit: Int) {
        var best: (text: String, seen: SearchText, count: Int)?
        for field in fields where !field.isEmpty {
            let composed = SearchText.composed(field)
            let seen = SearchText(composed)
            let count = query.occurring(in: seen)
            if best.map({ count > $0.count }) ?? true { best = (composed, seen, count) }
        }
        guard let best else { return nil }
        self.init(best.text, query.hits(in: best.seen), limit: limit)
    }

    private init(_ text: String, _ found: [Range<Int>], limit: Int) {
        // Cut between characters, which may be any number of scalars.
        let characters = Array(text)
        var start = 0
        if characters.count > limit, let first = found.first {
            var scalars = 0
            let hit = characters.firstIndex { character in
                scalars += character.unicodeScalars.count
                return scalars > first.lowerBound
            }
            start = max(0, min((hit ?? 0) - limit / 4, characters.count - limit))
        }
        let end = min(characters.count, start + limit)
        let dropped = characters[..<start].reduce(0) { $0 + $1.unicodeScalars.count }
        let kept = characters[start..<end].reduce(0) { $0 + $1.unicodeScalars.count }
        let shift = (start > 0 ? 1 : 0) - dropped
        self.text = (start > 0 ? "…" : "") + String(characters[start..<end]) + (end < characters.count ? "…" : "")
        hits = found.compactMap { hit in
            let shown = hit.clamped(to: dropped..<dropped + kept)
            return shown.isEmpty ? nil : shown.lowerBound + shift..<shown.upperBound + shift
        }
    }
}
