import Records

/// What distinct texts mean, made comparable: how close two of them are beyond what all texts of this kind have in common.
///
/// Models put all texts into a narrow cone, each model into another one. The mean of the texts is taken away from each; then
/// two texts that have nothing to do with one another are about at a right angle, whatever the model.
struct MeaningSpace: Sendable {
    private let dimensions: Int
    private var components: [Int8] = []
    /// One over the length of each vector; 0 where it is not known what a text means.
    private var scales: [Float]

    /// Up to this cosine two texts are as close as any; of random pairs of petitions about one in a hundred is closer.
    static let commonplace: Float = 0.25

    /// - Parameter first: a record of each distinct text, in canonical order. Nil when nothing is known of any.
    init?(_ meanings: TextMeanings, _ first: [RecordID]) {
        guard meanings.dimensions > 0, meanings.count > 0 else { return nil }
        dimensions = meanings.dimensions
        scales = Array(repeating: 0, count: first.count)
        let mean = Self.mean(meanings, first)
        components.reserveCapacity(first.count * dimensions)
        for (node, record) in first.enumerated() {
            guard let vector = meanings.vector(record) else {
                components.append(contentsOf: repeatElement(0, count: dimensions))
                continue
            }
            let scale = Self.scale(vector)
            let rest = zip(vector, mean).map { Float($0) * scale - $1 }
            guard let centred = MeaningVector(rest) else {
                components.append(contentsOf: repeatElement(0, count: dimensions))
                continue
            }
            components += centred.components
            scales[node] = Self.scale(centred.components[...])
        }
    }

    /// How many distinct texts it was made of, known or not.
    var count: Int { scales.count }

    func isKnown(_ text: Int) -> Bool { text < scales.count && scales[text] > 0 }

    /// How close two texts are in meaning, 0 to 1; nil when that of one is not known.
    func likeness(_ left: Int, _ right: Int) -> Float? {
        guard isKnown(left), isKnown(right) else { return nil }
        return max(0, (cosine(left, right) - Self.commonplace) / (1 - Self.commonplace))
    }

    /// The cosine of two texts whose meaning is known.
    func cosine(_ left: Int, _ right: Int) -> Float {
        components.withUnsafeBufferPointer { all in
            let (a, b) = (
                all.baseAddress.map { $0 + left * dimensions }, all.baseAddress.map { $0 + right * dimensions }
            )
            guard let a, let b else { return 0 }
            var sum: Int32 = 0
            for place in 0..<dimensions { sum &+= Int32(a[place]) &* Int32(b[place]) }
            return Float(sum) * scales[left] * scales[right]
        }
    }

    private static func scale(_ vector: ArraySlice<Int8>) -> Float {
        let square = vector.reduce(0 as Int32) { $0 &+ Int32($1) * Int32($1) }
        return square > 0 ? 1 / Float(square).squareRoot() : 0
    }

    /// The mean direction of the texts and of the background, each as one.
    private static func mean(_ meanings: TextMeanings, _ first: [RecordID]) -> [Float] {
        var sum = [Float](repeating: 0, count: meanings.dimensions)
        var count: Float = 0
        func add(_ vector: ArraySlice<Int8>) {
            guard vector.count == sum.count else { return }
            let scale = scale(vector)
            for (place, component) in vector.enumerated() { sum[place] += Float(component) * scale }
            count += 1
        }
        for vector in meanings.background { add(vector.components[...]) }
        for record in first { meanings.vector(record).map(add) }
        return sum.map { $0 / max(1, count) }
    }
}
