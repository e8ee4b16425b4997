package import Records
import StrictYAML

/// A length of time as a policy states it: either exact (a day is 24 h) or in calendar months, which need a zone and a
/// moment to become exact. (domain: grades, settled readings.)
package enum Span: Hashable, Sendable {
    case duration(Duration)
    /// Added in local time, clamped to the month's end.
    case months(Int)

    /// Reads `90s`, `2h`, `7d` or `1mo`; nil for anything else, for nothing (`0d`) and for more than a hundred years.
    package init?(_ text: String) {
        if text.hasSuffix("mo") {
            guard text.utf8.dropLast(2).allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text.dropLast(2)),
                (1...1200).contains(count)
            else { return nil }
            self = .months(count)
        } else {
            guard let duration = Duration(yaml: text), duration > .zero else { return nil }
            self = .duration(duration)
        }
    }

    /// The moment at which a span that began at `start` is over.
    package func end(from start: Timestamp, in zone: TimeZoneRules) -> Timestamp {
        switch self {
        case .duration(let duration): start + duration
        case .months(let count): zone.adding(months: count, to: start)
        }
    }

    /// A length that it has at the least, whatever the month: to order spans without a calendar.
    package var leastDuration: Duration {
        switch self {
        case .duration(let duration): duration
        case .months(let count): .days(28 * count)
        }
    }
}

extension Span: CustomStringConvertible {
    /// As a handbook writes it: `7d`, `2h`, `1mo`.
    package var description: String {
        guard case .duration(let duration) = self else {
            if case .months(let count) = self { return "\(count)mo" }
            return ""
        }
        var rest = duration.wholeMilliseconds
        var text = ""
        for (unit, milliseconds) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            let count = rest / Int64(milliseconds)
            if count > 0 { text += "\(count)\(unit)" }
            rest -= count * Int64(milliseconds)
        }
        return text
    }

    /// For people, for example `7 天` or `1 month`.
    package func text(_ language: Language) -> String {
        switch (self, language) {
        case (.months(let count), .chinese): "\(count) 个月"
        case (.months(let count), .english): count == 1 ? "1 month" : "\(count) months"
        case (.duration, .chinese):
            [("ms", " 毫秒"), ("s", " 秒"), ("m", " 分钟"), ("h", " 小时"), ("d", " 天")].reduce(description) { text, unit in
                text.replacing(unit.0, with: unit.1)
            }
        case (.duration, .english):
            [("ms", " ms"), ("d", " d"), ("h", " h")].reduce(description) { text, unit in
                text.replacing(unit.0, with: unit.1)
            }
        }
    }
}
