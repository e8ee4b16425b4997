/// What a term is, before it gets a number: an ideograph, two neighbours, a word, or a piece of a word.
///
/// Words are hashed; what is shown to people is read from the text again.
struct TermKey: Hashable, Sendable {
    let raw: UInt64

    /// What a hashed term is made of; it keeps pieces and words apart.
    enum Kind: UInt64 {
        case word = 1
        /// A word or number with the ideograph after it: "805路".
        case named = 2
        /// Two letters of a word, or one at its beginning or end.
        case pair = 3
        /// Three letters of a word.
        case triple = 4
        /// A product or place as a form field names it.
        case product = 5
        /// A category of the handbook.
        case category = 6
        /// Two words that stand side by side.
        case neighbours = 7
    }

    init(ideograph: UInt32) {
        raw = UInt64(ideograph)
    }

    init(_ left: UInt32, _ right: UInt32) {
        raw = UInt64(left) << 21 | UInt64(right)
    }

    init(_ kind: Kind, _ scalars: some Sequence<UInt32>) {
        // FNV-1a: the same in every process, which Swift's own hashing is not.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ kind.rawValue
        for scalar in scalars { hash = (hash ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3 }
        raw = hash >> 2 | 1 << 63 | (kind == .word || kind == .named || kind == .neighbours ? 1 << 62 : 0)
    }

    /// Whether it is hashed from whole words.
    var isWord: Bool { raw >> 62 == 3 }

    /// Whether it makes sense to a person on its own: two ideographs, or a whole word.
    var isReadable: Bool { raw >> 62 == 3 || (raw >> 63 == 0 && raw >> 21 != 0) }
}
