/// Writes cells as a line of a spreadsheet (RFC 4180), in UTF-8.
package struct CSVLine: Sendable {
    private let delimiter: CSVDelimiter

    /// What a file of such lines begins with, so that Excel reads it as UTF-8.
    package static let mark = TextEncoding.utf8.mark

    package init(delimiter: CSVDelimiter = .comma) {
        self.delimiter = delimiter
    }

    /// The cells with the delimiter between them and the end of the line.
    package func bytes(_ cells: some Collection<String>) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(delimiter.rawValue) }
            append(cell, to: &bytes)
        }
        return bytes + [CSVByte.carriageReturn, CSVByte.lineFeed]
    }

    /// A text that no spreadsheet program takes for a formula.
    package static func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r\n".contains(first) else { return text }
        return "'" + text
    }

    private func append(_ cell: String, to bytes: inout [UInt8]) {
        let special = [CSVByte.quote, CSVByte.lineFeed, CSVByte.carriageReturn, delimiter.rawValue]
        let isQuoted = cell.utf8.contains { special.contains($0) } || cell.first == " " || cell.last == " "
        guard isQuoted else { return bytes.append(contentsOf: cell.utf8) }
        bytes.append(CSVByte.quote)
        for byte in cell.utf8 {
            if byte == CSVByte.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(CSVByte.quote)
    }
}
