import Hummingbird

/// The parameters of a request's query; unknown ones are refused, so that a misspelt one is not ignored.
struct Query {
    private let values: [String: String]

    init(_ request: Request, allowed: Set<String>) throws(Refusal) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            guard allowed.contains(String(name)) else {
                let known = allowed.sorted().joined(separator: ", ")
                throw Refusal(.badRequest, "query", "there is no query parameter of that name; there is \(known)")
            }
            values[String(name)] = String(value)
        }
        self.values = values
    }

    func text(_ name: String) -> String? { values[name] }

    func truth(_ name: String) throws(Refusal) -> Bool? {
        try choice(name, of: [("true", true), ("false", false)])
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal(
                .badRequest, "query", "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func choice<Value>(_ name: String, of words: [(word: String, value: Value)]) throws(Refusal) -> Value? {
        guard let text = values[name] else { return nil }
        guard let found = words.first(where: { $0.word == text }) else {
            let known = words.map(\.word).joined(separator: ", ")
            throw Refusal(.badRequest, "query", "\(name) must be one of \(known)")
        }
        return found.value
    }
}
