import Foundation

/// Makes scores probabilities: a softmax with a temperature, in which "none of these" has a score of its own.
///
/// Both numbers are those under which the right answers to examples held back are likeliest.
struct Calibration: Sendable {
    /// The scores that a held-back example got, and which of them was right; nil where none was.
    struct Answer {
        var scores: [Float]
        var right: Int?
    }

    private var temperature = 0.3
    /// At first: a text on no issue's side belongs to none.
    private var none = 0.0

    /// Fewer answers teach nothing: then the numbers stay what they are for most sets.
    private static let enough = 30
    /// More are not needed for two numbers.
    private static let most = 3000
    private static let rounds = 3
    private static let steps = 14

    /// - Parameter newPart: which part of the texts that will be asked about belongs to none.
    init(_ answers: [Answer], newPart: Double) {
        guard answers.count >= Self.enough else { return }
        let stride = max(1, answers.count / Self.most)
        let used = answers.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        let new = Double(used.count { $0.right == nil })
        let weight = new == 0 ? 0 : newPart / (1 - newPart) * (Double(used.count) - new) / new
        for _ in 0..<Self.rounds {
            temperature = exp(
                Self.least(from: log(0.02), to: log(5)) { [none] in
                    Self.surprise(used, temperature: exp($0), none: none, weight)
                })
            guard new > 0 else { return }
            none = Self.least(from: -2, to: 1) { [temperature] in
                Self.surprise(used, temperature: temperature, none: $0, weight)
            }
        }
    }

    func probability(of score: Float, among scores: [Float]) -> Double {
        exp(Self.logarithm(of: Double(score), scores, temperature, none))
    }

    func probabilityOfNone(among scores: [Float]) -> Double {
        exp(Self.logarithm(of: none, scores, temperature, none))
    }

    private static func logarithm(of one: Double, _ scores: [Float], _ temperature: Double, _ none: Double) -> Double {
        let top = max(none, Double(scores.max() ?? 0))
        let sum = scores.reduce(exp((none - top) / temperature)) { $0 + exp((Double($1) - top) / temperature) }
        return (one - top) / temperature - log(sum)
    }

    /// How unlikely the right answers are; `weight` is what an example of none counts.
    private static func surprise(
        _ answers: [Answer], temperature: Double, none: Double, _ weight: Double
    ) -> Double {
        answers.reduce(0) { sum, answer in
            guard let right = answer.right else {
                return sum - weight * max(-50, logarithm(of: none, answer.scores, temperature, none))
            }
            return sum - max(-50, logarithm(of: Double(answer.scores[right]), answer.scores, temperature, none))
        }
    }

    /// Where a function with one valley is least, by ternary search.
    private static func least(from low: Double, to high: Double, _ value: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<steps {
            let (left, right) = (low + (high - low) / 3, high - (high - low) / 3)
            if value(left) <= value(right) { high = right } else { low = left }
        }
        return (low + high) / 2
    }
}
