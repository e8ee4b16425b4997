package import Records

/// What one text means, as a model of language sees it: a direction in a space of some hundred dimensions.
package struct MeaningVector: Sendable, Hashable {
    /// The greatest of them is 127 or -127; the length means nothing.
    package let components: [Int8]

    /// More dimensions than any model of today has.
    package static let mostDimensions = 8192

    /// Nil when there are none or too many, one is no number, or all are 0.
    package init?(_ values: [Float]) {
        guard (1...Self.mostDimensions).contains(values.count) else { return nil }
        let greatest = values.reduce(0) { max($0, abs($1)) }
        guard greatest > 0, values.allSatisfy(\.isFinite) else { return nil }
        components = values.map { Int8(($0 / greatest * 127).rounded()) }
    }

    /// One that was kept; nil when it is damaged.
    package init?(kept bytes: some Collection<UInt8>) {
        guard (1...Self.mostDimensions).contains(bytes.count), bytes.contains(where: { $0 != 0 }) else { return nil }
        components = bytes.map { Int8(bitPattern: $0) }
    }
}

/// What the texts of a grouping mean, as far as it is known. Where it is not, words alone are compared.
package struct TextMeanings: Sendable {
    /// Nothing is known.
    package static let none = TextMeanings(background: [])

    /// What texts of this kind have in common is no likeness: these stand for them where there are few.
    let background: [MeaningVector]
    private var components: [Int8] = []
    private var places: [RecordID: Int] = [:]
    private(set) var dimensions = 0

    /// - Parameter background: the meanings of ``MeaningBackground/sentences`` by the same model.
    package init(background: [MeaningVector]) {
        self.background = background
        dimensions = background.first?.components.count ?? 0
    }

    /// For how many texts it is known.
    package var count: Int { places.count }

    /// Notes what a text means. A vector of another model, which has other dimensions, is left out.
    package mutating func add(_ vector: MeaningVector, of record: RecordID) {
        if dimensions == 0 { dimensions = vector.components.count }
        guard vector.components.count == dimensions, places[record] == nil else { return }
        places[record] = components.count
        components += vector.components
    }

    /// The components for a text; nil when it is not known what it means.
    func vector(_ record: RecordID) -> ArraySlice<Int8>? {
        places[record].map { components[$0..<$0 + dimensions] }
    }
}

extension IssueText {
    /// How much of a text a model is asked about, in Unicode scalars.
    private static let gistLimit = 240
    /// A shorter title says too little by itself.
    private static let tellingTitle = 6

    /// What a model is asked about: the title, which says more than the body; with the body's beginning where it is short.
    package var gist: String {
        let title = Self.line(title)
        // Some titles say nothing by themselves: 投诉, "refund".
        if title.unicodeScalars.count >= Self.tellingTitle { return Self.cut(title) }
        return Self.cut(Self.line(title + " " + String(body.unicodeScalars.prefix(Self.gistLimit))))
    }

    /// So many digits are a number of somebody or something: it is not told, and means nothing.
    private static let longNumber = 5

    private static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        var digits = String.UnicodeScalarView()
        func finishNumber() {
            line.append(contentsOf: digits.count < longNumber ? digits : "#".unicodeScalars)
            digits = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.numericType == .decimal {
                digits.append(scalar)
            } else {
                finishNumber()
                line.append(scalar.properties.isWhitespace ? " " : scalar)
            }
        }
        finishNumber()
        return String(line).split(separator: " ").joined(separator: " ")
    }

    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(gistLimit)))
    }
}
