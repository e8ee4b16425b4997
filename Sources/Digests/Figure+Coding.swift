/// In JSON a figure is flat: `{"kind":"count","name":"complaints.received","value":12}`.
///
/// | kind | fields |
/// |---|---|
/// | `count` | `value` |
/// | `share` | `part`, `n`; `value`, `low`, `high` (0 to 1) unless the sample is small |
/// | `mean` | `n`; `value` from two observations on; `low`, `high` unless all are equal |
/// | `median` | `n`, `unit` (`ms`); `value` when half of them have finished |
extension Figure: Codable {
    private enum Key: String, CodingKey { case name }

    package init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: Key.self).decode(FigureName.self, forKey: .name)
        value = try FigureValue(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(name, forKey: .name)
        try value.encode(to: encoder)
    }
}

extension FigureValue: Codable {
    private enum Key: String, CodingKey { case kind, value, part, n, low, high, unit }
    private enum Kind: String, Codable { case count, share, mean, median }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(Kind.self, forKey: .kind) {
        case .count:
            self = .count(try fields.decode(Int.self, forKey: .value))
        case .share:
            self = .share(
                part: try fields.decode(Int.self, forKey: .part), whole: try fields.decode(Int.self, forKey: .n),
                interval: try Self.interval(fields))
        case .mean:
            self = .mean(
                try fields.decodeIfPresent(Double.self, forKey: .value), n: try fields.decode(Int.self, forKey: .n),
                interval: try Self.interval(fields))
        case .median:
            self = .median(
                milliseconds: try fields.decodeIfPresent(Int64.self, forKey: .value),
                n: try fields.decode(Int.self, forKey: .n))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .count(let count):
            try fields.encode(Kind.count, forKey: .kind)
            try fields.encode(count, forKey: .value)
        case .share(let part, let whole, let interval):
            try fields.encode(Kind.share, forKey: .kind)
            try fields.encode(part, forKey: .part)
            try fields.encode(whole, forKey: .n)
            if let interval, whole > 0 {
                try fields.encode(Interval.rounded(Double(part) / Double(whole)), forKey: .value)
                try Self.encode(interval, to: &fields)
            }
        case .mean(let mean, let n, let interval):
            try fields.encode(Kind.mean, forKey: .kind)
            try fields.encode(n, forKey: .n)
            try fields.encodeIfPresent(mean, forKey: .value)
            if let interval { try Self.encode(interval, to: &fields) }
        case .median(let milliseconds, let n):
            try fields.encode(Kind.median, forKey: .kind)
            try fields.encode(n, forKey: .n)
            try fields.encode("ms", forKey: .unit)
            try fields.encodeIfPresent(milliseconds, forKey: .value)
        }
    }

    private static func interval(_ fields: KeyedDecodingContainer<Key>) throws -> Interval? {
        guard let low = try fields.decodeIfPresent(Double.self, forKey: .low),
            let high = try fields.decodeIfPresent(Double.self, forKey: .high)
        else { return nil }
        return Interval(low: low, high: high)
    }

    private static func encode(_ interval: Interval, to fields: inout KeyedEncodingContainer<Key>) throws {
        try fields.encode(interval.low, forKey: .low)
        try fields.encode(interval.high, forKey: .high)
    }
}
