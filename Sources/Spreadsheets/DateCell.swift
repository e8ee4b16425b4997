package import Records

/// In which order the parts of a date stand that ends with its year.
package enum DateOrder: String, Sendable, CaseIterable {
    /// 7/31/2019
    case monthFirst = "mdy"
    /// 31/7/2019
    case dayFirst = "dmy"
}

/// Moments as spreadsheet programs write them, turned into what `Timestamp` reads.
package enum DateCell {
    /// The moment that a cell names; nil for an empty cell.
    /// - Throws: what is no moment, or could be read in two ways.
    package static func moment(
        _ text: String, field: String, order: DateOrder?, zone: TimeZoneRules
    ) throws(FieldFault) -> Timestamp? {
        let text = CellText.plain(text)
        guard !text.isEmpty else { return nil }
        guard let moment = Timestamp(try normalized(text, field: field, order: order), in: zone) else {
            throw FieldFault(
                field: field, Term("不是日期时间，请写成 2019-07-31 08:05", "is no date and time; write it as 2019-07-31 08:05"))
        }
        return moment
    }

    /// Leaves alone what it does not know: the form says what is wrong with that.
    /// - Throws: a date that could be read in two ways, or that is none.
    static func normalized(_ text: String, field: String, order: DateOrder?) throws(FieldFault) -> String {
        if let serial = Double(text), text.utf8.allSatisfy({ $0 < 0x80 }) {
            return serialTime(serial, digits: text) ?? text
        }
        var (date, time) = parts(text)
        let numbers = date.split(omittingEmptySubsequences: false) { "/.-".contains($0) }.map(String.init)
        if numbers.count == 3, numbers[0].count <= 2, numbers.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) {
            date = try yearLast(numbers, field: field, order: order)
        }
        guard let clock = twentyFourHours(time) else {
            throw FieldFault(field: field, Term("没有这样的钟点", "has a time of day that does not exist"))
        }
        time = clock
        return time.isEmpty ? date : date + " " + time
    }

    /// Days since 1899-12-30, as Excel counts them, from 1954 to 2119. Digits such as 20190701 or 20190701080500 are dates.
    private static func serialTime(_ serial: Double, digits: String) -> String? {
        if (20_000..<80_000).contains(serial) {
            let milliseconds = ((serial - 25_569) * 86_400).rounded() * 1000
            let civil = CivilTime(millisecondsSince1970: Int64(milliseconds))
            return civil.day(separator: "-") + " " + civil.clock
        }
        guard [8, 12, 14].contains(digits.count), digits.allSatisfy(\.isNumber) else { return nil }
        let pairs = Array(digits)
        func part(_ start: Int, _ length: Int) -> String { String(pairs[start..<start + length]) }
        let date = part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2)
        guard digits.count > 8 else { return date }
        return date + " " + part(8, 2) + ":" + part(10, 2) + (digits.count == 14 ? ":" + part(12, 2) : "")
    }

    /// Date and time of day, at the first space; a time zone or a `T` stays with the date.
    private static func parts(_ text: String) -> (date: String, time: String) {
        guard let space = text.firstIndex(of: " ") else { return (text, "") }
        return (String(text[..<space]), CellText.trimmed(String(text[space...])))
    }

    private static func yearLast(_ parts: [String], field: String, order: DateOrder?) throws(FieldFault) -> String {
        guard parts[2].count == 4 else {
            throw FieldFault(
                field: field,
                Term(
                    "年份只有两位，请写四位，最好写成 2019-07-31",
                    "has a year of two digits; write it with four, best as 2019-07-31"))
        }
        // At most two digits each, so they are numbers.
        let first = Int(parts[0]) ?? 0
        let second = Int(parts[1]) ?? 0
        let isMonthFirst: Bool
        switch order {
        case .monthFirst: isMonthFirst = true
        case .dayFirst: isMonthFirst = false
        case nil where first == second || first > 12 || second > 12: isMonthFirst = first <= 12
        case nil:
            throw FieldFault(
                field: field,
                Term(
                    "可读成日/月也可读成月/日，请写成 2019-07-31，或用 --dates mdy 或 --dates dmy 说明",
                    "can be read as day/month or as month/day; write 2019-07-31, or say --dates mdy or --dates dmy"))
        }
        let (month, day) = isMonthFirst ? (first, second) : (second, first)
        guard (1...12).contains(month), (1...31).contains(day) else {
            throw FieldFault(
                field: field,
                Term(
                    "按 \((order ?? .monthFirst).rawValue) 的顺序不是日期",
                    "is no date in the order \((order ?? .monthFirst).rawValue)"))
        }
        return "\(parts[2])-\(month)-\(day)"
    }

    /// `8:05 PM` and `下午 8:05` as `20:05`; nil for an hour that the half day does not have.
    private static func twentyFourHours(_ time: String) -> String? {
        let upper = time.uppercased()
        guard let mark = ["AM", "PM", "上午", "下午"].first(where: { upper.hasPrefix($0) || upper.hasSuffix($0) })
        else { return time }
        let clock = CellText.trimmed(upper.replacing(mark, with: ""))
        let digits = clock.prefix(while: \.isNumber)
        guard let hour = Int(digits), (0...12).contains(hour) else { return nil }
        let isAfternoon = mark == "PM" || mark == "下午"
        return String(hour % 12 + (isAfternoon ? 12 : 0)) + clock.dropFirst(digits.count)
    }
}
