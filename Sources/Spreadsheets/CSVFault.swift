/// A row that could not be read; reading goes on after it.
package struct RowFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// A quote was opened in this row and never closed.
        case unterminatedQuote
        /// Something stands between a closing quote and the next delimiter, in line `at`.
        case textAfterQuote(at: Int)
        case cellTooLong
        case rowTooLong
        case tooManyColumns
        /// Cells beyond the header's last column hold something.
        case surplusCells(found: Int, expected: Int)
        /// The row comes after a broken one, with fewer cells than the header: it may be a piece of that one.
        case fragment(found: Int, expected: Int, brokenLine: Int)
        /// Bytes in line `at` are no text.
        case damaged(DamagedBytes, at: Int)
        /// The row comes from a rejects file and still shows bytes that were damaged there.
        case notMended
    }

    /// Where the row begins, counted from 1.
    package let line: Int
    package let reason: Reason
    /// The row's cells where they could be told apart, with damaged bytes as `DamagedBytes` shows them.
    package let cells: CSVRow?

    init(line: Int, reason: Reason, cells: CSVRow? = nil) {
        self.line = line
        self.reason = reason
        self.cells = cells
    }

    package var description: String { "line \(line): \(explanation)" }

    /// What is wrong, without the line.
    package var explanation: String {
        switch reason {
        case .unterminatedQuote:
            "a quote (\") is opened in this row and not closed; close it, or double it if it is meant as a character"
        case .textAfterQuote(let at):
            "text follows a closing quote (\") in line \(at); double quotes that are meant as characters, and close those opened"
        case .cellTooLong: "a cell has more than \(CSVLimits.cellBytes) bytes"
        case .rowTooLong: "the row has more than \(CSVLimits.rowBytes) bytes"
        case .tooManyColumns: "the row has more than \(CSVLimits.columns) cells"
        case .surplusCells(let found, let expected):
            "the row has \(found) cells, the header \(expected); put a text that contains the delimiter in quotes"
        case .fragment(let found, let expected, let broken):
            "the row has \(found) of \(expected) cells and may be a piece of the broken row at line \(broken)"
        case .notMended: "a damaged byte is still shown between ⟦ and ⟧: write what was meant"
        case .damaged(let damaged, let at): explanation(damaged, at: at)
        }
    }

    private func explanation(_ damaged: DamagedBytes, at: Int) -> String {
        let place = (at == line ? "" : "in line \(at), ") + "byte \(damaged.offset) of the file"
        let shown = damaged.bytes.map { "0x" + DamagedBytes.digits($0) }.joined(separator: " ")
        return switch damaged.reason {
        case .invalid:
            "\(place), \(shown), is no \(damaged.encoding): write what was meant; if the whole file is in another encoding, "
                + "import it with --encoding"
        case .truncated:
            "\(place): the file ends inside a character, \(shown) (read as \(damaged.encoding)); was it cut off?"
        }
    }
}

/// A file that cannot be read on as a spreadsheet.
package enum UnreadableSpreadsheet: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing but blank lines.
    case empty
    case header(RowFault)
    case tooManyBrokenRows(line: Int)
    /// More than `CSVLimits.damagedRows`, and more than half of the rows so far.
    case tooManyDamagedRows(line: Int, encoding: TextEncoding)

    package var description: String {
        switch self {
        case .empty: "the file is empty: it needs a row with the names of the columns, and rows below it"
        case .header(let fault): "the header cannot be read: \(fault)"
        case .tooManyBrokenRows(let line):
            "line \(line): more than \(CSVLimits.brokenRows) rows with broken quotes; is this a CSV file?"
        case .tooManyDamagedRows(let line, let encoding):
            "line \(line): most of more than \(CSVLimits.damagedRows) rows are no \(encoding); import the file with --encoding and "
                + "the one that it is in"
        }
    }
}

/// Bounds within which a spreadsheet is read; what breaks one is a `RowFault`.
package enum CSVLimits {
    package static let cellBytes = 1 << 20
    package static let rowBytes = 4 << 20
    package static let columns = 1024
    /// Rows with broken quotes, each of which costs a second look at up to `rowBytes`.
    package static let brokenRows = 1000
    /// Rows with damaged bytes, beyond which a file of which they are the most is taken to be in another encoding.
    package static let damagedRows = 1000
}
