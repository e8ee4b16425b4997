package import Records

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

    package var description: String { "line \(line): \(explanation.english)" }

    /// What is wrong, without the line.
    package var explanation: Term {
        switch reason {
        case .unterminatedQuote:
            Term(
                "本行有引号（\"）打开而没有关闭；请补上，如果就是要这个字符就写两个",
                "a quote (\") is opened in this row and not closed; close it, or double it if it is meant as a character"
            )
        case .textAfterQuote(let at):
            Term(
                "第 \(at) 行关闭的引号（\"）之后还有文字；作为字符的引号请写两个，打开的请关闭",
                "text follows a closing quote (\") in line \(at); double quotes that are meant as characters, and close those opened"
            )
        case .cellTooLong:
            Term("有单元格超过 \(CSVLimits.cellBytes) 字节", "a cell has more than \(CSVLimits.cellBytes) bytes")
        case .rowTooLong: Term("本行超过 \(CSVLimits.rowBytes) 字节", "the row has more than \(CSVLimits.rowBytes) bytes")
        case .tooManyColumns:
            Term("本行超过 \(CSVLimits.columns) 个单元格", "the row has more than \(CSVLimits.columns) cells")
        case .surplusCells(let found, let expected):
            Term(
                "本行有 \(found) 个单元格，表头有 \(expected) 个；含有分隔符的文字请放在引号里",
                "the row has \(found) cells, the header \(expected); put a text that contains the delimiter in quotes")
        case .fragment(let found, let expected, let broken):
            Term(
                "本行只有 \(expected) 个单元格中的 \(found) 个，可能是第 \(broken) 行断开的一段",
                "the row has \(found) of \(expected) cells and may be a piece of the broken row at line \(broken)")
        case .notMended:
            Term(
                "⟦ 和 ⟧ 之间仍是损坏的字节：请写成原来的意思",
                "a damaged byte is still shown between ⟦ and ⟧: write what was meant")
        case .damaged(let damaged, let at): explanation(damaged, at: at)
        }
    }

    private func explanation(_ damaged: DamagedBytes, at: Int) -> Term {
        let place = Term(
            (at == line ? "" : "第 \(at) 行，") + "文件第 \(damaged.offset) 字节",
            (at == line ? "" : "in line \(at), ") + "byte \(damaged.offset) of the file")
        let shown = damaged.bytes.map { "0x" + DamagedBytes.digits($0) }.joined(separator: " ")
        return switch damaged.reason {
        case .invalid:
            Term(
                "\(place.chinese) \(shown) 不是 \(damaged.encoding)：请写成原来的意思；整个文件是别的编码时，用 --encoding 导入",
                "\(place.english), \(shown), is no \(damaged.encoding): write what was meant; if the whole file is in another "
                    + "encoding, import it with --encoding")
        case .truncated:
            Term(
                "\(place.chinese)：文件在一个字符中间结束，\(shown)（按 \(damaged.encoding) 读），是被截断了吗？",
                "\(place.english): the file ends inside a character, \(shown) (read as \(damaged.encoding)); was it cut off?"
            )
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
