/// What is kept of one text: its terms with how often each occurs, and which of them are names.
struct TextFeatures: Sendable {
    /// Term numbers and counts in one word each, in ascending order: `term << 5 | count`.
    var entries: [UInt32] = []
    /// Terms of the names in the headline: places, products, organisations.
    var names: [UInt32] = []
    /// Terms of the districts in the headline.
    var districts: [UInt32] = []

    static let countBits: UInt32 = 5
    static let largestCount: UInt32 = 31

    /// A word of the headline counts as much as this many in the body.
    static let headlineWeight: UInt32 = 3
    /// How much of a headline and of a body is looked at, in Unicode scalars: what follows says little that is new, and
    /// a text may be 64 KiB.
    private static let headlineLimit = 120
    private static let bodyLimit = 600
    /// A text without a title is named by its beginning.
    private static let beginning = 40

    /// Reads a text. New terms get numbers as long as there are any.
    init(_ text: IssueText, vocabulary: inout Vocabulary) {
        let product = TextNormalisation.scalars(text.product ?? "", limit: Self.headlineLimit)
        var headline = TextNormalisation.scalars(text.title, limit: Self.headlineLimit)
        let body = TextNormalisation.scalars(text.body, limit: Self.bodyLimit)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(2 * (3 * headline.count + body.count))
        func add(_ scalars: [UInt32], times: Int) {
            Terms.forEach(scalars) { key, _ in
                guard let number = vocabulary.number(key) else { return }
                for _ in 0..<times { numbers.append(number) }
            }
        }
        add(headline, times: Int(Self.headlineWeight))
        add(body, times: 1)
        if headline.isEmpty { headline = Array(body.prefix(Self.beginning)) }
        readNames(headline, vocabulary: &vocabulary)
        if !Self.isReference(product) {
            add(product, times: Int(Self.headlineWeight))
            if let number = vocabulary.number(TermKey(.product, product)) {
                numbers.append(number)
                names.append(number)
            }
        }
        if let category = text.category?.unicodeScalars.map(\.value),
            let number = vocabulary.number(TermKey(.category, category))
        {
            numbers.append(number)
        }
        numbers.sort()
        names.sort()
        districts.sort()
        pack(numbers)
    }

    /// An order number or nothing: it names no product.
    private static func isReference(_ product: [UInt32]) -> Bool {
        product.count { (0x30...0x39).contains($0) } * 2 >= product.count
    }

    private mutating func readNames(_ headline: [UInt32], vocabulary: inout Vocabulary) {
        var parts: Set<UInt32> = []
        PlaceNames.forEach(headline) { range, rank in
            Terms.forEach(Array(headline[range])) { key, part in
                guard let number = vocabulary.find(key) else { return }
                parts.insert(number)
                // A single ideograph is no name.
                guard part.count > 1 || !Terms.isIdeograph(headline[range.lowerBound + part.lowerBound]) else { return }
                switch rank {
                case .particular: names.append(number)
                case .district: districts.append(number)
                }
            }
        }
        for number in parts { vocabulary.countName(number) }
    }

    private mutating func pack(_ numbers: [UInt32]) {
        var start = 0
        while start < numbers.count {
            var end = start + 1
            while end < numbers.count, numbers[end] == numbers[start] { end += 1 }
            entries.append(numbers[start] << Self.countBits | min(UInt32(end - start), Self.largestCount))
            start = end
        }
        entries = Array(entries)
    }
}
