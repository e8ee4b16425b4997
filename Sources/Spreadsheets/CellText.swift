/// What a cell says, without what a spreadsheet program puts around it.
enum CellText {
    /// Without blanks at either end: spaces of every script, tabs, line breaks, NBSP and the characters of no width that are
    /// copied along from web pages.
    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        // Most cells begin and end with something that is surely no blank.
        if (0x21..<0x7F).contains(first), (0x21..<0x7F).contains(last) { return text }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isBlank) }

    /// The text that the writer meant: trimmed, NBSP as a space, and Excel's `="00123"` as `00123`.
    static func plain(_ text: String) -> String {
        var text = trimmed(text)
        if text.utf8.count >= 3, text.utf8.starts(with: [CSVByte.equals, CSVByte.quote]),
            text.utf8.last == CSVByte.quote
        {
            text = trimmed(String(text.dropFirst(2).dropLast()))
        }
        return text.utf8.contains(0xA0) ? text.replacing("\u{A0}", with: " ") : text
    }

    static func isBlank(_ bytes: Span<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { isBlank(String(decoding: $0, as: UTF8.self)) }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x200B...0x200D).contains(scalar.value) || scalar.value == 0xFEFF
    }
}
