/// The keys by which people come to be compared. Each kind misses some who belong together; together they miss few.
enum BlockingKeys {
    /// A kind of key.
    enum Kind: Sendable {
        /// Codes as they are, with their digits sorted, and each half of them: a slip leaves one of these as it was.
        case whole(PeopleTable.Part)
        case sorted(PeopleTable.Part)
        case halves(PeopleTable.Part)
        /// All words of the names, in order; and as they sound.
        case name, sound
        /// Pairs of words, one of the names and one of the address.
        case nameAndAddress
        /// Pieces of three letters of names and address: people with most of them in common share one of these.
        case band(Int)
    }

    private static let bands = 12
    private static let rows = 3

    static let allKinds: [Kind] =
        [
            .whole(.numbers), .whole(.phones), .whole(.emails), .whole(.birthday), .sorted(.numbers), .sorted(.phones),
            .sorted(.birthday), .halves(.numbers), .halves(.phones), .name, .sound, .nameAndAddress,
        ] + (0..<bands).map { .band($0) }

    /// The keys of one kind that a person has; none when what they are made of is missing.
    static func keys(_ kind: Kind, of person: Int, _ table: PeopleTable) -> [UInt64] {
        switch kind {
        case .whole(let part): return table[person, part].map { hash([UInt64($0)]) }
        case .sorted(let part): return table[person, part].map { hash(table.word($0).utf8.sorted().map(UInt64.init)) }
        case .halves(let part):
            return table[person, part].flatMap { number -> [UInt64] in
                let digits = Array(table.word(number).utf8)
                guard digits.count >= 6 else { return [] }
                let middle = digits.count / 2
                return [
                    hash([1] + digits[..<middle].map(UInt64.init)), hash([2] + digits[middle...].map(UInt64.init)),
                ]
            }
        case .name:
            let words = table[person, .names]
            return words.isEmpty ? [] : [hash(words.sorted().map(UInt64.init))]
        case .sound:
            // What is written in Latin letters sounds as it is written, whichever name comes first.
            let written = table[person, .names].map(table.word).filter { $0.utf8.allSatisfy { $0 < 0x80 } }
            let spoken = table[person, .sounds].map(table.word)
            let joined = Set(spoken + [written.joined(), written.reversed().joined()]).subtracting([""])
            return joined.sorted().map { hash(Array($0.utf8).map(UInt64.init)) }
        case .nameAndAddress:
            return table[person, .names].flatMap { name in
                table[person, .addresses].map { hash([UInt64(name), UInt64($0)]) }
            }
        case .band(let band): return bandKey(band, of: person, table).map { [$0] } ?? []
        }
    }

    /// The least hashes, under several orders, of the person's pieces.
    private static func bandKey(_ band: Int, of person: Int, _ table: PeopleTable) -> UInt64? {
        var pieces: [UInt64] = []
        for number in table[person, .names] + table[person, .addresses] {
            let bytes = Array(table.word(number).utf8)
            if bytes.count <= 3 {
                pieces.append(hash(bytes.map(UInt64.init)))
            } else {
                for start in 0...(bytes.count - 3) { pieces.append(hash(bytes[start..<start + 3].map(UInt64.init))) }
            }
        }
        guard pieces.count >= 4 else { return nil }
        var least: [UInt64] = [UInt64(band)]
        for row in 0..<rows {
            let order = UInt64(band * rows + row + 1) &* 0x9E37_79B9_7F4A_7C15
            least.append(pieces.lazy.map { mix($0 ^ order) }.min() ?? 0)
        }
        return hash(least)
    }

    private static func hash(_ values: [UInt64]) -> UInt64 {
        values.reduce(0xCBF2_9CE4_8422_2325) { mix($0 ^ $1 &+ 0x9E37_79B9_7F4A_7C15) }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
