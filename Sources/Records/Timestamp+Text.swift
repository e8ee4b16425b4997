/// Reading and writing moments as people and programs write them.
extension Timestamp {
    /// RFC 3339 in UTC, with milliseconds only where there are any.
    package var rfc3339: String { text(in: .utc) }

    /// RFC 3339 with the offset of that zone.
    package func text(in zone: TimeZoneRules) -> String {
        let offset = Int(zone.offset(at: self) / 60_000)
        let civil = zone.civil(self)
        let suffix =
            offset == 0
            ? "Z" : (offset < 0 ? "-" : "+") + Self.two(abs(offset) / 60) + ":" + Self.two(abs(offset) % 60)
        let millisecond = civil.millisecondOfDay % 1000
        let fraction = millisecond == 0 ? "" : "." + String(String(1000 + millisecond).dropFirst())
        return civil.day(separator: "-") + "T" + civil.clock + fraction + suffix
    }

    /// Reads RFC 3339 (`2019-07-01T08:05:00+08:00`), and without an offset also local readings in `zone`, as people and
    /// spreadsheets write them: `2019-07-01 08:05`, `2019/7/1 8:05:00`, `2019-07-01`, `2019年7月1日 8:05`. Nil for anything else.
    package init?(_ text: String, in zone: TimeZoneRules) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4...4), scanner.take(anyOf: "-/.年"),
            let month = scanner.number(digits: 1...2), scanner.take(anyOf: "-/.月"),
            let day = scanner.number(digits: 1...2)
        else { return nil }
        _ = scanner.take(anyOf: "日")
        var time = (hour: 0, minute: 0, second: 0, millisecond: 0)
        if scanner.take(anyOf: "T t") {
            scanner.skipSpaces()
            guard let hour = scanner.number(digits: 1...2), scanner.take(anyOf: ":："),
                let minute = scanner.number(digits: 2...2)
            else { return nil }
            (time.hour, time.minute) = (hour, minute)
            if scanner.take(anyOf: ":：") {
                guard let second = scanner.number(digits: 2...2) else { return nil }
                time.second = min(second, 59)
                guard second <= 60 else { return nil }
                if scanner.take(anyOf: ".,") {
                    guard let fraction = scanner.fraction() else { return nil }
                    time.millisecond = fraction
                }
            }
        }
        guard
            let civil = CivilTime(
                year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
                millisecond: time.millisecond)
        else { return nil }
        if scanner.isAtEnd {
            self = zone.moment(civil)
            return
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self.init(milliseconds: civil.millisecondsSince1970 - Int64(offset) * 60_000)
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

extension CivilTime {
    /// `2019-07-01` with another separator if wanted.
    package func day(separator: String) -> String {
        String(String(10_000 + year).dropFirst()) + separator + Timestamp.two(month) + separator + Timestamp.two(day)
    }

    /// `08:05:00`.
    package var clock: String {
        let seconds = millisecondOfDay / 1000
        return Timestamp.two(seconds / 3600) + ":" + Timestamp.two(seconds / 60 % 60) + ":"
            + Timestamp.two(seconds % 60)
    }
}

/// Reads the parts of a date from left to right, byte by byte: every record has a moment.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var number = 0
        var count = 0
        for byte in rest.prefix(digits.upperBound) {
            guard (0x30...0x39).contains(byte) else { break }
            number = number * 10 + Int(byte - 0x30)
            count += 1
        }
        guard count >= digits.lowerBound else { return nil }
        rest = rest.dropFirst(count)
        return number
    }

    mutating func take(anyOf characters: String) -> Bool {
        guard let first = rest.first else { return false }
        for scalar in characters.unicodeScalars {
            if scalar.isASCII ? first == UInt8(ascii: scalar) : first >= 0x80 && rest.starts(with: String(scalar).utf8)
            {
                rest = rest.dropFirst(UTF8.width(scalar))
                return true
            }
        }
        return false
    }

    mutating func skipSpaces() { rest = rest.drop(while: { $0 == UInt8(ascii: " ") }) }

    /// Milliseconds of a fraction of a second; further digits are cut.
    mutating func fraction() -> Int? {
        let digits = rest.prefix(while: { (0x30...0x39).contains($0) })
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return (0..<3).reduce(0) { value, place in
            value * 10 + (digits.dropFirst(place).first.map { Int($0 - 0x30) } ?? 0)
        }
    }

    /// Minutes of `Z`, `+08:00` or `-0330`.
    mutating func offset() -> Int? {
        if take(anyOf: "Zz") { return 0 }
        let negative = rest.first == UInt8(ascii: "-")
        guard take(anyOf: "+-"), let hours = number(digits: 2...2) else { return nil }
        _ = take(anyOf: ":")
        guard let minutes = number(digits: 2...2), hours <= 18, minutes < 60 else { return nil }
        return (negative ? -1 : 1) * (hours * 60 + minutes)
    }
}
