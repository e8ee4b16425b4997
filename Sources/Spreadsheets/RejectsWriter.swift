package import Records

/// Writes the rows that were refused as a spreadsheet of the same columns, and why: to be mended and imported again.
///
/// UTF-8 with a mark, so that Excel reads it; the columns `line`, `field` and `reason` are left out of account at the import.
package struct RejectsWriter: Sendable {
    /// What follows the original columns.
    package static let columns = ["line", "field", "reason"]

    /// How many columns the rows themselves have.
    private let count: Int
    private let delimiter: CSVDelimiter
    private let header: CSVHeader
    /// Of the reasons.
    private let language: Language

    package init(header: CSVHeader, language: Language = .english) {
        self.header = header
        self.language = language
        delimiter = header.delimiter
        count = header.names.count - (Self.isRejectsHeader(header.names) ? Self.columns.count : 0)
    }

    /// Whether a rejects file has these columns.
    static func isRejectsHeader(_ names: [String]) -> Bool { Array(names.suffix(columns.count)) == columns }

    /// The mark and the row of names: what the file begins with.
    package func start() -> [UInt8] {
        TextEncoding.utf8.mark + line(header.names[..<count] + Self.columns)
    }

    /// A row whose form was refused; its cells stay as they were written.
    package func row(_ row: CSVRow, _ faults: [FieldFault]) -> [UInt8] {
        let fields = faults.map(\.field).filter { !$0.isEmpty }.uniqued().joined(separator: "; ")
        let reasons = FormFaults(faults).text(language)
        return line(
            (0..<count).map { row[$0] } + [String(row.line), CSVLine.harmless(fields), CSVLine.harmless(reasons)])
    }

    /// A row that could not be read. Its cells are there when it has damaged bytes: an import refuses them until they are mended.
    /// Of others they are empty, so that an import of the rejects passes over them: they have to be mended in the original file.
    package func row(_ fault: RowFault) -> [UInt8] {
        let cells = (0..<count).map { fault.cells?[$0] ?? "" }
        return line(cells + [String(fault.line), "", CSVLine.harmless(fault.explanation[language])])
    }

    private func line(_ cells: some Collection<String>) -> [UInt8] {
        CSVLine(delimiter: delimiter).bytes(cells)
    }
}
