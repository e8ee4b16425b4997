/// Features of one text: ascending numbers, each with its weight.
struct SparseVector: Sendable {
    var features: [Int32] = []
    var weights: [Float] = []

    func product(_ dense: [Float]) -> Float {
        guard !dense.isEmpty else { return 0 }
        return dense.withUnsafeBufferPointer { product($0) }
    }

    func product(_ dense: UnsafeBufferPointer<Float>) -> Float {
        var sum: Float = 0
        for index in features.indices { sum += weights[index] * dense[Int(features[index])] }
        return sum
    }

    func add(to dense: inout [Float], times factor: Float) {
        dense.withUnsafeMutableBufferPointer { dense in
            for index in features.indices { dense[Int(features[index])] += factor * weights[index] }
        }
    }
}

/// Tells each class from all others by a plane: support vectors with squared hinge loss, by dual coordinate descent
/// (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008).
struct LinearSeparation: Sendable {
    /// The label of a text that is of no class.
    static let none = -1

    private let classes: Int
    /// The weight of each feature for each class, those of one feature side by side; the last row is the offset.
    private var weights: [Float]
    private let features: Int

    /// How much an example on the wrong side costs.
    private static let cost: Float = 1
    /// Rounds over all examples at the most, and the greatest step that still counts as one.
    private static let rounds = 30
    private static let leastStep: Float = 0.05

    init(
        _ vectors: [SparseVector], _ labels: [Int], classes: Int, features: Int, _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        self.classes = classes
        self.features = features
        // A text that says nothing belongs to none: even a single class is told from something.
        let (vectors, labels) = (vectors + [SparseVector()], labels + [Self.none])
        weights = Array(repeating: 0, count: (features + 1) * classes)
        let squares = vectors.map { vector in vector.weights.reduce(1) { $0 + $1 * $1 } + 1 / (2 * Self.cost) }
        for label in 0..<classes {
            try watch.pass(label * GroupingWatch.stride, of: classes * GroupingWatch.stride, .comparing)
            let plane = Self.plane(vectors, labels, of: label, features: features, squares)
            for (feature, weight) in plane.enumerated() { weights[feature * classes + label] = weight }
        }
    }

    /// How far a text is on the side of each class.
    func scores(_ vector: SparseVector) -> [Float] {
        var scores = Array(weights[(features * classes)...])
        for (feature, weight) in zip(vector.features, vector.weights) {
            let row = Int(feature) * classes
            for label in 0..<classes { scores[label] += weight * weights[row + label] }
        }
        return scores
    }

    func weight(_ feature: Int, of label: Int) -> Float { weights[feature * classes + label] }

    private static func plane(
        _ vectors: [SparseVector], _ labels: [Int], of label: Int, features: Int, _ squares: [Float]
    ) -> [Float] {
        var plane = [Float](repeating: 0, count: features + 1)
        var multipliers = [Float](repeating: 0, count: vectors.count)
        var order = Array(vectors.indices)
        var random = Shuffle(state: 0x5EED)
        for _ in 0..<rounds {
            random.shuffle(&order)
            var greatest: Float = 0
            for index in order {
                let side: Float = labels[index] == label ? 1 : -1
                let vector = vectors[index]
                let score = vector.product(plane) + plane[features]
                let slope = side * score - 1 + multipliers[index] / (2 * cost)
                let step = multipliers[index] == 0 ? min(slope, 0) : slope
                guard step != 0 else { continue }
                greatest = max(greatest, abs(step))
                let before = multipliers[index]
                multipliers[index] = max(0, before - slope / squares[index])
                let change = (multipliers[index] - before) * side
                vector.add(to: &plane, times: change)
                plane[features] += change
            }
            if greatest < leastStep { break }
        }
        return plane
    }

    /// The same order in every run.
    private struct Shuffle {
        var state: UInt64

        mutating func shuffle(_ order: inout [Int]) {
            for last in stride(from: order.count - 1, to: 0, by: -1) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                order.swapAt(last, Int((state >> 33) % UInt64(last + 1)))
            }
        }
    }
}
