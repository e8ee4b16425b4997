package import Records

extension DigestTable {
    /// RFC 4180 with a byte order mark, without which spreadsheet programs take UTF-8 for something else.
    ///
    /// A text that such a program would take for a formula has an apostrophe in front: customers' words never calculate.
    package func csv(_ language: Language) -> String {
        let header = columns.map { Self.quoted($0.title[language]) }.joined(separator: ",")
        let lines = rows.map { row in row.map { Self.field($0, language) }.joined(separator: ",") }
        return "\u{FEFF}" + ([header] + lines).joined(separator: "\r\n") + "\r\n"
    }

    private static func field(_ cell: Cell, _ language: Language) -> String {
        switch cell {
        case .empty: ""
        case .text(let term): quoted(harmless(term[language]))
        case .whole(let value): String(value)
        case .decimal(let value): decimal(value)
        }
    }

    /// Whether a spreadsheet program would calculate it.
    static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace || $0 == "\t" || $0 == "\r" })
        else { return false }
        // The full-width twins are read as the same by programs in Chinese.
        return "=+-@\t\r＝＋－＠".unicodeScalars.contains(first)
    }

    private static func harmless(_ text: String) -> String {
        let line = CustomerText.presentableLine(text)
        return isFormula(text) || isFormula(line) ? "'" + line : line
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n;\t'".contains($0) }) || text.first == " " else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Without an exponent, in the least digits that read back as the same number up to four decimals.
    static func decimal(_ value: Double) -> String {
        let units = Int((value * 10_000).rounded())
        var digits = String(units.magnitude)
        digits = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        var text = digits.dropLast(4) + "." + digits.suffix(4)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return (units < 0 ? "-" : "") + text
    }
}
