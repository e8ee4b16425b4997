package import Records

/// Why the columns of a spreadsheet cannot be matched with the fields of a form.
package enum MappingFault: Hashable, Sendable, CustomStringConvertible {
    /// An option that is not `field=column` or `field=value`.
    case malformed(option: String)
    case unknownField(String, kind: RecordKind, near: String?)
    case unknownColumn(String, near: String?, columns: [String])
    /// Two columns of the same name, of which one is wanted.
    case duplicateColumn(String, positions: [Int])
    /// Several columns that mean the same field.
    case ambiguous(field: String, columns: [String])
    /// A field that was named in two options.
    case fieldTwice(String)
    /// One column whose name contains what delimits columns elsewhere.
    case wrongDelimiter(CSVDelimiter, likely: Character)
    /// No column means anything.
    case nothingKnown(columns: [String], kind: RecordKind)

    package var description: String {
        switch self {
        case .malformed(let option): "“\(option)”: write --map FIELD=COLUMN or --set FIELD=VALUE"
        case .unknownField(let field, let kind, let near):
            "a \(kind.rawValue) has no field “\(field)”" + (near.map { "; is \($0) meant?" } ?? "")
                + " It has \(FormFields.of(kind).map(\.name).uniqued().joined(separator: ", "))"
        case .unknownColumn(let column, let near, let columns):
            "there is no column “\(column)”" + (near.map { "; is “\($0)” meant?" } ?? "")
                + " There are \(Self.list(columns))"
        case .duplicateColumn(let name, let positions):
            "column “\(name)” is there \(positions.count) times"
                + " (as number \(positions.map { String($0 + 1) }.joined(separator: ", "))); rename one of them"
        case .ambiguous(let field, let columns):
            "columns \(Self.list(columns)) all mean \(field); say which one with --map \(field)=COLUMN"
        case .fieldTwice(let field): "\(field) is given twice in --map or --set"
        case .wrongDelimiter(let used, let likely):
            "there is one single column, and its name contains many “\(likely)”: the columns were taken to be separated by"
                + " \(used)"
                + (CSVDelimiter(named: String(likely)) == nil ? ", and “\(likely)” cannot separate columns" : "")
        case .nothingKnown(let columns, let kind):
            "none of the columns \(Self.list(columns)) is known for a \(kind.rawValue); use --map FIELD=COLUMN with the fields "
                + FormFields.of(kind).map(\.name).uniqued().joined(separator: ", ")
        }
    }

    /// At most so many columns are listed.
    private static let listed = 40

    private static func list(_ columns: [String]) -> String {
        columns.prefix(listed).map { "“\($0)”" }.joined(separator: ", ") + (columns.count > listed ? " …" : "")
    }
}

/// Everything that is wrong with a mapping, all at once.
package struct MappingFaults: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [MappingFault]

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
