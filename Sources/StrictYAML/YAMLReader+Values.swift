/// The typed getters.
extension YAMLReader {
    /// Greatest length of a text unless the caller says otherwise, in UTF-8 bytes.
    package static let stringLimit = 65_536

    /// A text in normal form C; never empty. Anything unquoted counts as the text that was written (`no` is "no").
    package mutating func string(_ key: String, limit: Int = stringLimit) -> String? {
        value(key, expected: "a text of 1 to \(limit) bytes") { text in
            text.isEmpty || text.utf8.count > limit || text.utf8.contains(0) ? nil : text
        }
    }

    /// A whole number in decimal digits.
    package mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Self.integer(text, in: range)
        }
    }

    /// A number with a point, or a whole one.
    package mutating func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
        value(key, expected: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
                let number = Double(text), range.contains(number)
            else { return nil }
            return number
        }
    }

    /// `true` or `false`; nothing else, so that a country code `NO` is never one of them.
    package mutating func bool(_ key: String) -> Bool? {
        value(key, expected: "true or false") { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }

    /// A length of time such as `90s`, `2h`, `7d`, `1h30m`, `250ms`.
    package mutating func duration(
        _ key: String, in range: ClosedRange<Duration> = .zero...greatestDuration
    ) -> Duration? {
        let bounds = range == .zero...Self.greatestDuration ? "" : " from \(range.lowerBound) to \(range.upperBound)"
        return value(key, expected: "a length of time such as 90s, 15m, 2h or 7d" + bounds) { text in
            Duration(yaml: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// The greatest length of time that is taken: a hundred years.
    package static let greatestDuration: Duration = .seconds(100 * 366 * 86_400)

    /// One of several words.
    package mutating func choice<Value>(_ key: String, of words: [(word: String, value: Value)]) -> Value? {
        guard let (text, place) = scalar(key) else { return nil }
        if let found = words.first(where: { $0.word == text }) { return found.value }
        note(place, key, Self.advice(text, words.map(\.word)))
        return nil
    }

    /// One of the cases of an enumeration, by raw value.
    package mutating func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ key: String, of type: Value.Type = Value.self
    ) -> Value? {
        choice(key, of: type.allCases.map { ($0.rawValue, $0) })
    }

    /// A list of words, each one of several.
    package mutating func choices<Value>(_ key: String, of words: [(word: String, value: Value)]) -> [Value]? {
        scalars(key)?.enumerated().compactMap { index, element in
            if let found = words.first(where: { $0.word == element.text }) { return found.value }
            note(element.place, "\(key)[\(index)]", Self.advice(element.text, words.map(\.word)))
            return nil
        }
    }

    /// A list of texts in normal form C, none of them empty.
    package mutating func strings(_ key: String, limit: Int = stringLimit) -> [String]? {
        values(key, expected: "a text of 1 to \(limit) bytes") { text in
            text.isEmpty || text.utf8.count > limit || text.utf8.contains(0) ? nil : text
        }
    }

    /// A value of any other kind that one text stands for.
    /// - Parameters:
    ///   - expected: what must be there, as in "must be …".
    ///   - convert: nil refuses the text.
    package mutating func value<Value>(_ key: String, expected: String, _ convert: (String) -> Value?) -> Value? {
        guard let (text, place) = scalar(key) else { return nil }
        if let value = convert(text) { return value }
        note(place, key, "must be \(expected)")
        return nil
    }

    /// A list of such values; nil when it is absent or no list.
    package mutating func values<Value>(_ key: String, expected: String, _ convert: (String) -> Value?) -> [Value]? {
        scalars(key)?.enumerated().compactMap { index, element in
            if let value = convert(element.text) { return value }
            note(element.place, "\(key)[\(index)]", "must be \(expected)")
            return nil
        }
    }

    private mutating func scalar(_ key: String) -> (text: String, place: YAMLPlace)? {
        guard let node = value(key) else { return nil }
        guard case .scalar(let text, _) = node.content else {
            note(node.place, key, "must be a single value, not a list or a map")
            return nil
        }
        return (text, node.place)
    }

    private mutating func scalars(_ key: String) -> [(text: String, place: YAMLPlace)]? {
        list(key)?.enumerated().compactMap { index, element in
            guard case .scalar(let text, _) = element.content, !element.isEmpty else {
                note(element.place, "\(key)[\(index)]", "must be a single value")
                return nil
            }
            return (text, element.place)
        }
    }

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || !digits.hasPrefix("0"), let number = Int(text), range.contains(number)
        else { return nil }
        return number
    }

    private static func advice(_ text: String, _ words: [String]) -> String {
        let near = Spelling.nearest(to: text, in: words).map { "; is \($0) meant?" } ?? ""
        return "must be one of \(words.joined(separator: ", "))\(near)"
    }
}

extension Duration {
    /// Reads whole numbers with the units `d`, `h`, `m` (minutes), `s` and `ms`, each at most once and the greatest first;
    /// nil for anything else, and beyond a hundred years.
    package init?(yaml text: String) {
        let units: [(name: String, milliseconds: Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ]
        var rest = text[...]
        var total: Int64 = 0
        var next = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard (1...10).contains(digits.count), let number = Int64(digits),
                let unit = units.indices.dropFirst(next).first(where: { units[$0].name == letters })
            else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            total += overflow ? .max / 8 : min(product, .max / 8)
            next = unit + 1
        }
        guard !text.isEmpty, total <= 100 * 366 * 86_400_000 else { return nil }
        self = .milliseconds(total)
    }
}
