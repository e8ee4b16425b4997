package import Records
import SwiftProtobuf

/// Which column of a spreadsheet fills which field of a form.
package struct ColumnMapping: Sendable {
    package struct Options: Sendable {
        /// `field=column`, or `field=column+column` to join columns; as `--map` gives them.
        package var maps: [String]
        /// `field=value`, for every row; as `--set` gives them.
        package var constants: [String]
        /// How to read dates that end with their year.
        package var dates: DateOrder?

        package init(maps: [String] = [], constants: [String] = [], dates: DateOrder? = nil) {
            self.maps = maps
            self.constants = constants
            self.dates = dates
        }
    }

    /// One field and the columns whose cells fill it.
    package struct Assignment: Hashable, Sendable {
        package let field: String
        package let columns: [Int]
    }

    package let kind: RecordKind
    package let columns: [String]
    /// In the order of the columns.
    package let assignments: [Assignment]
    /// Columns that fill no field, for a note to who imports.
    package let ignored: [String]
    /// Fields with the same value in every row.
    let constants: FormObject
    private let dates: DateOrder?
    /// How many of the first columns count for whether a row is empty: all but those of a rejects file.
    private let ownColumns: Int

    /// Matches the columns by the options, the others by their names.
    package init(header: CSVHeader, kind: RecordKind, options: Options = Options()) throws(MappingFaults) {
        var matching = ColumnMatching(header: header, kind: kind)
        matching.match(options)
        guard matching.faults.isEmpty else { throw MappingFaults(faults: matching.faults) }
        self.kind = kind
        columns = header.names
        assignments = matching.assignments.sorted { $0.columns[0] < $1.columns[0] }
        ignored = matching.ignored
        constants = matching.constants.mapValues { Google_Protobuf_Value(stringValue: $0) }
        dates = options.dates
        ownColumns = matching.own
    }

    /// The form that a row fills in, with the fields whose cells hold something. Nil for a row that is empty but for the
    /// columns of a rejects file.
    package func form(_ row: CSVRow) throws(FormFaults) -> FormObject? {
        var form = constants
        var faults: [FieldFault] = []
        for assignment in assignments {
            let texts = assignment.columns.map { CellText.plain(row[$0]) }.filter { !$0.isEmpty }
            guard !texts.isEmpty else { continue }
            var text = texts.count == 1 ? texts[0] : texts.joined(separator: "\n")
            if FormFields.times.contains(assignment.field) {
                do throws(FieldFault) {
                    text = try DateCell.normalized(text, field: assignment.field, order: dates)
                } catch {
                    faults.append(error)
                }
            }
            form[assignment.field] = Google_Protobuf_Value(stringValue: text)
        }
        guard faults.isEmpty else { throw FormFaults(faults) }
        if form.count == constants.count, isBlank(row) { return nil }
        return form
    }

    private func isBlank(_ row: CSVRow) -> Bool { (0..<ownColumns).allSatisfy { CellText.isBlank(row[$0]) } }
}
