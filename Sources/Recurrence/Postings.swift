/// Which texts have which terms, and how often, in one array: the places are counted beforehand.
struct Postings: Sendable {
    /// A text and how often it has the term: `text << 5 | count`.
    typealias Posting = UInt32

    /// Texts beyond this many cannot be told apart beside a count.
    static let textLimit = 1 << 27

    private var starts: [Int]
    private var ends: [Int]
    private var postings: [Posting]

    /// Room for each of these entries of terms; nothing stands there yet.
    init(_ entries: [[UInt32]], termCount: Int) {
        var counts = [Int](repeating: 0, count: termCount + 1)
        for list in entries {
            for entry in list { counts[Int(entry >> TextFeatures.countBits) + 1] += 1 }
        }
        for term in 0..<termCount { counts[term + 1] += counts[term] }
        starts = counts
        ends = counts
        postings = Array(repeating: 0, count: counts[termCount])
    }

    /// Puts a text under each of its entries.
    mutating func add(_ text: Int, under entries: [UInt32]) {
        for entry in entries {
            let term = Int(entry >> TextFeatures.countBits)
            postings[ends[term]] = UInt32(text) << TextFeatures.countBits | entry & TextFeatures.largestCount
            ends[term] += 1
        }
    }

    /// The postings of a term, the earliest text first; none for a term that is newer than this.
    func of(_ term: UInt32) -> ArraySlice<Posting> {
        guard Int(term) < ends.count else { return [] }
        return postings[starts[Int(term)]..<ends[Int(term)]]
    }
}
