/// Finding the name that somebody may have meant.
extension [String] {
    /// Each value once, where it comes first.
    func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }

    /// The one that is nearest to `text`, within two edits (one for short words); nil when none is.
    package func nearest(to text: String) -> String? {
        let wanted = Array<Character>(text.lowercased())
        let allowed = wanted.count < 5 ? 1 : 2
        let distances = map { (name: $0, distance: Self.distance(wanted, Array<Character>($0.lowercased()))) }
        return distances.filter { $0.distance <= allowed && $0.distance < wanted.count }.min {
            $0.distance < $1.distance
        }?.name
    }

    /// Levenshtein's distance, of names of at most 64 characters.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard left.count <= 64, right.count <= 64 else { return .max }
        var row = [Int](0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = Swift.min(replaced, row[place] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
