package import Records

/// One table of a digest for other programs: named columns, and cells with their type.
package struct DigestTable: Sendable, Equatable {
    /// Stable, for a file's name: lower-case ASCII.
    package var name: String
    package var title: Term
    package var columns: [Column]
    /// Each has as many cells as there are columns.
    package private(set) var rows: [[Cell]] = []

    /// A column's stable code and what people call it.
    package struct Column: Sendable, Equatable {
        package var code: String
        package var title: Term

        init(_ code: String, _ chinese: String, _ english: String) {
            self.code = code
            title = Term(chinese, english)
        }
    }

    /// What stands in a cell.
    package enum Cell: Sendable, Equatable {
        case empty
        /// In both languages; never a formula, whatever it begins with.
        case text(Term)
        case whole(Int)
        case decimal(Double)
    }

    init(_ name: String, _ title: Term, _ columns: [Column]) {
        self.name = name
        self.title = title
        self.columns = columns
    }

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has \(cells.count) cells, the table \(columns.count) columns")
        rows.append(cells)
    }
}

extension DigestTable.Cell {
    /// The same in both languages.
    static func plain(_ text: String) -> Self { .text(Term(text, text)) }

    static func plain(_ text: String?) -> Self { text.map { .text(Term($0, $0)) } ?? .empty }

    static func term(_ term: Term?) -> Self { term.map { .text($0) } ?? .empty }
}
