import Foundation
package import Records
package import Spreadsheets
import SwiftProtobuf

/// Turns a spreadsheet that comes in pieces into forms, each with an id: the row's own, or the file's hash and the row.
///
/// What cannot be read at all is a fault of its row. The rows of one piece are handed on together.
package struct SheetRows: ~Copyable {
    package struct Options: Sendable {
        /// What every row is; nil: it stands in a column named kind.
        package var kind: RecordKind?
        package var mapping: ColumnMapping.Options
        package var csv: CSVReader.Options
        /// In which the rejects say why.
        package var language: Language

        package init(
            kind: RecordKind?, mapping: ColumnMapping.Options = .init(), csv: CSVReader.Options = CSVReader.Options(),
            language: Language = .english
        ) {
            self.kind = kind
            self.mapping = mapping
            self.csv = csv
            self.language = language
        }
    }

    /// A row on its way.
    package struct Row: Sendable {
        package enum Content: Sendable {
            case form(FormObject)
            /// The cells could be read, the form could not be filled in.
            case refused([FieldFault])
            /// The cells could not be read.
            case unreadable(RowFault)
        }

        package var line: Int
        package var content: Content
        /// The cells, for the rejects; nil when the row could not be read.
        package var cells: CSVRow?

        /// The row as a rejects file has it.
        package func rejected(_ faults: [FieldFault], by writer: RejectsWriter) -> [UInt8] {
            if case .unreadable(let fault) = content { return writer.row(fault) }
            return cells.map { writer.row($0, faults) } ?? []
        }

        /// What is wrong with it so far.
        package var faults: [FieldFault] {
            switch content {
            case .form: []
            case .refused(let faults): faults
            case .unreadable(let fault): [FieldFault(field: "", fault.explanation)]
            }
        }
    }

    private var reader: CSVReader
    private let options: Options
    private let digest: String
    private var state: State?
    /// Rows with content so far; the number that names one without an id.
    private var count = 0

    /// What the header settled.
    private struct State {
        var mappings: [RecordKind: ColumnMapping]
        var kindColumn: Int?
        var rejects: RejectsWriter
        var header: CSVHeader
    }

    /// - Parameter digest: the file's SHA-256 in hexadecimal digits.
    package init(_ options: Options, digest: String) {
        self.options = options
        self.digest = digest
        reader = CSVReader(options.csv)
    }

    /// Writes refused rows; nil before the header was read.
    package var rejects: RejectsWriter? { state?.rejects }

    /// What the file turned out to be; nil as long as everything is ASCII.
    package var encoding: TextEncoding? { reader.encoding }

    /// Columns that fill no field; nil before the header was read.
    package var ignoredColumns: [String]? {
        state.map { $0.mappings.count == 1 ? $0.mappings.values.first?.ignored ?? [] : [] }
    }

    /// The rows that the next piece completes; an empty piece is the end.
    /// - Throws: why the file cannot be read on, or its columns not be matched.
    package mutating func feed(_ bytes: [UInt8]) throws -> [Row] {
        var events: [CSVEvent] = []
        // What was read before a failure is handed on first; the failure comes again with the next piece, or the end.
        var failure: (any Error)?
        do {
            if bytes.isEmpty {
                try reader.finish { events.append($0) }
            } else {
                try reader.feed(bytes) { events.append($0) }
            }
        } catch {
            failure = error
        }
        var rows: [Row] = []
        for event in events {
            switch event {
            case .header(let header): state = try settle(header)
            case .fault(let fault): rows.append(Row(line: fault.line, content: .unreadable(fault)))
            case .row(let row):
                if let row = read(row) { rows.append(row) }
            }
        }
        if let failure { throw UnreadableRest(rows: rows, reason: "\(failure)") }
        return rows
    }

    private func settle(_ header: CSVHeader) throws(MappingFaults) -> State {
        let kindColumn = header.names.firstIndex { ["kind", "recordkind", "记录种类"].contains($0.lowercased()) }
        var mappings: [RecordKind: ColumnMapping] = [:]
        if let kind = options.kind {
            mappings[kind] = try ColumnMapping(header: header, kind: kind, options: options.mapping)
        } else if kindColumn != nil {
            for kind in RecordKind.allCases {
                // A kind of which the file has no column at all is none of its rows.
                mappings[kind] = try? ColumnMapping(header: header, kind: kind, options: options.mapping)
            }
        }
        return State(
            mappings: mappings, kindColumn: kindColumn,
            rejects: RejectsWriter(header: header, language: options.language),
            header: header)
    }

    private mutating func read(_ row: CSVRow) -> Row? {
        guard let state else { return nil }
        var kind = options.kind
        if kind == nil, let column = state.kindColumn {
            kind = RecordKind.named(row[column].trimmingCharacters(in: .whitespaces))
        }
        guard let kind, let mapping = state.mappings[kind] else {
            count += 1
            let reason = Term(
                "缺少：请说明各行是什么，或加一列 kind，取值为以下之一：\(RecordKind.codes)",
                "is missing: say what the rows are, or give them a column kind with one of \(RecordKind.codes)")
            return Row(line: row.line, content: .refused([FieldFault(field: "kind", reason)]), cells: row)
        }
        do throws(FormFaults) {
            guard var form = try mapping.form(row) else { return nil }
            count += 1
            if form["kind"] == nil { form["kind"] = Google_Protobuf_Value(stringValue: kind.rawValue) }
            if form["id"] == nil { form["id"] = Google_Protobuf_Value(stringValue: "\(digest):\(count)") }
            return Row(line: row.line, content: .form(form), cells: row)
        } catch {
            count += 1
            return Row(line: row.line, content: .refused(error.faults), cells: row)
        }
    }
}

/// A file that cannot be read beyond some row.
package struct UnreadableRest: Error, CustomStringConvertible {
    /// The last rows that could be read.
    package let rows: [SheetRows.Row]
    package let reason: String
    package var description: String { reason }
}
