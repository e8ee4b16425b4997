/// One row of a spreadsheet: its cells, as they were written.
package struct CSVRow: Hashable, Sendable {
    /// Where the row begins, counted from 1.
    package let line: Int
    /// The texts of all cells, one after the other.
    private let bytes: [UInt8]
    /// Where each cell ends in `bytes`; ascending.
    private let ends: [Int32]

    init(line: Int, bytes: [UInt8], ends: [Int32]) {
        self.line = line
        self.bytes = bytes
        self.ends = ends
    }

    /// How many cells the row has; not always as many as the header.
    package var count: Int { ends.count }

    /// A cell's text without its quotes, otherwise unchanged; empty beyond the last one.
    package subscript(column: Int) -> String {
        let range = range(of: column)
        return range.isEmpty ? "" : String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether the cell holds nothing, not even spaces.
    package func isEmpty(_ column: Int) -> Bool { range(of: column).isEmpty }

    /// A cell's text as the writer meant it: without blanks around it and without what Excel puts around numbers.
    package func plain(_ column: Int) -> String { CellText.plain(self[column]) }

    package var cells: [String] { (0..<count).map { self[$0] } }

    /// Whether a cell shows a damaged byte.
    var showsDamage: Bool { DamagedBytes.areShown(in: bytes) }

    /// Whether every cell from `column` on is empty or blank.
    func isBlank(from column: Int = 0) -> Bool {
        guard column < count else { return true }
        let rest = bytes[(column == 0 ? 0 : Int(ends[column - 1]))...]
        return rest.isEmpty || (rest.count < 4096 && CellText.isBlank(String(decoding: rest, as: UTF8.self)))
    }

    private func range(of column: Int) -> Range<Int> {
        guard ends.indices.contains(column) else { return 0..<0 }
        return (column == 0 ? 0 : Int(ends[column - 1]))..<Int(ends[column])
    }
}

/// The first row: what the columns are called.
package struct CSVHeader: Hashable, Sendable {
    /// Trimmed; columns without a name at the end are left out, others are empty texts.
    package let names: [String]
    package let line: Int
    package let delimiter: CSVDelimiter

    package init(names: [String], line: Int = 1, delimiter: CSVDelimiter = .comma) {
        var names = names.map(CellText.trimmed)
        while names.last?.isEmpty == true { names.removeLast() }
        self.names = names
        self.line = line
        self.delimiter = delimiter
    }
}
