import Records

/// Says numbers, moments and figures in one language's custom.
struct Wording {
    let language: Language
    let zone: TimeZoneRules

    /// What it says in this language.
    func say(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

    /// `1,234`.
    func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while !rest.isEmpty {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return (value < 0 ? "−" : "") + groups.joined(separator: ",")
    }

    /// A number with its sign, for a difference.
    func signed(_ value: Int) -> String { value > 0 ? "+" + number(value) : number(value) }

    /// With so many decimals, rounded half away from zero.
    func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let units = Int((value * scale).rounded())
        guard places > 0 else { return number(units) }
        let fraction = String(Int(scale) + Int(units.magnitude) % Int(scale)).dropFirst()
        let sign = units < 0 && units.magnitude < Int(scale) ? "−" : ""
        return sign + number(units / Int(scale)) + "." + fraction
    }

    /// `12 complaints`, `1 complaint`; Chinese puts a measure word behind.
    func amount(_ count: Int, _ measure: String, _ singular: String, _ plural: String? = nil) -> String {
        let noun = count == 1 ? singular : plural ?? singular + "s"
        return say("\(number(count)) \(measure)", "\(number(count)) \(noun)")
    }

    /// Things in a row.
    func list(_ items: [String]) -> String { items.joined(separator: say("、", ", ")) }

    /// Brackets in this language's custom.
    func bracketed(_ text: String) -> String { say("（\(text)）", " (\(text))") }

    /// `2019年7月` or `July 2019`.
    func month(_ month: Month) -> String {
        say("\(month.year)年\(month.month)月", "\(Self.months[month.month - 1]) \(month.year)")
    }

    /// `2019年7月12日` or `12 July 2019`.
    func day(_ moment: Timestamp) -> String {
        let civil = zone.civil(moment)
        return say(
            "\(civil.year)年\(civil.month)月\(civil.day)日", "\(civil.day) \(Self.months[civil.month - 1]) \(civil.year)")
    }

    /// The day with hour and minute.
    func moment(_ moment: Timestamp) -> String {
        let clock = zone.civil(moment).clock.prefix(5)
        return day(moment) + say(" ", ", ") + clock
    }

    /// For tables: `07-12 08:05`, with the year when it is not that one.
    func short(_ moment: Timestamp, year: Int) -> String {
        let civil = zone.civil(moment)
        let day = civil.day(separator: "-")
        return (civil.year == year ? String(day.dropFirst(5)) : day) + " " + civil.clock.prefix(5)
    }

    /// In the unit that reads best: minutes, hours up to two days, then days.
    func duration(_ milliseconds: Int64) -> String {
        let minutes = Double(milliseconds) / 60_000
        if minutes < 1 { return say("不到 1 分钟", "under a minute") }
        if minutes < 60 { return trimmed(minutes, places: 0) + say(" 分钟", " min") }
        if minutes < 2880 { return trimmed(minutes / 60, places: 1) + say(" 小时", " h") }
        let days = trimmed(minutes / 1440, places: 1)
        return days + say(" 天", " days")
    }

    private func trimmed(_ value: Double, places: Int) -> String {
        let text = decimal(value, places: places)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}

extension String {
    /// With a capital at the beginning, as a column's title wants it.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Wording {
    /// A figure with what belongs to it: observations and interval, never a bare estimate.
    func value(_ value: FigureValue?) -> String {
        switch value {
        case nil: "—"
        case .count(let count): number(count)
        case .share(let part, let whole, let interval): share(part, whole, interval)
        case .mean(let mean, let n, let interval): self.mean(mean, n, interval)
        case .median(let milliseconds, let n):
            n == 0
                ? "—"
                : (milliseconds.map(duration) ?? say("过半未完", "more than half unfinished")) + bracketed("n=\(number(n))")
        }
    }

    private func share(_ part: Int, _ whole: Int, _ interval: Interval?) -> String {
        guard whole > 0 else { return "—" }
        guard let interval else { return "\(number(part))/\(number(whole))" }
        let percent = decimal(Double(part) / Double(whole) * 100, places: 1)
        let low = decimal(interval.low * 100, places: 1)
        let high = decimal(interval.high * 100, places: 1)
        return percent + "%" + bracketed("\(low)–\(high)%\(say("，", ", "))n=\(number(whole))")
    }

    private func mean(_ mean: Double?, _ n: Int, _ interval: Interval?) -> String {
        guard n > 0 else { return "—" }
        guard let mean else { return "—" + bracketed("n=\(number(n))") }
        let range =
            interval.map { interval in
                // A dash after a dash reads as neither.
                let dash = interval.low < 0 ? say(" 至 ", " to ") : "–"
                return decimal(interval.low, places: 2) + dash + decimal(interval.high, places: 2)
            }
            ?? say("全部相同", "all equal")
        return decimal(mean, places: 2) + bracketed("\(range)\(say("，", ", "))n=\(number(n))")
    }
}
