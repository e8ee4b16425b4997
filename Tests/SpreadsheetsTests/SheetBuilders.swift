import Records
@testable import Spreadsheets
import SwiftProtobuf

/// Everything that a reader found in a file.
struct ReadSheet {
    var header: CSVHeader?
    var rows: [CSVRow] = []
    var faults: [RowFault] = []
    var encoding: TextEncoding?

    var cells: [[String]] { rows.map(\.cells) }
}

/// Reads a whole file, handed over in pieces of `chunk` bytes.
func read(_ bytes: [UInt8], chunk: Int = .max, _ options: CSVReader.Options = .init()) throws -> ReadSheet {
    var sheet = ReadSheet()
    var reader = CSVReader(options)
    let take: (CSVEvent) throws -> Void = { event in
        switch event {
        case .header(let header): sheet.header = header
        case .row(let row): sheet.rows.append(row)
        case .fault(let fault): sheet.faults.append(fault)
        }
    }
    var place = 0
    while place < bytes.count {
        let next = place + min(chunk, bytes.count - place)
        try reader.feed(Array(bytes[place..<next]), take)
        place = next
    }
    try reader.finish(take)
    sheet.encoding = reader.encoding
    return sheet
}

func read(_ text: String, chunk: Int = .max, _ options: CSVReader.Options = .init()) throws -> ReadSheet {
    try read(Array(text.utf8), chunk: chunk, options)
}

/// A mapping of columns with these names.
func mapping(
    _ columns: [String], _ kind: RecordKind = .complaint, maps: [String] = [], constants: [String] = [],
    dates: DateOrder? = nil
) throws -> ColumnMapping {
    try ColumnMapping(
        header: CSVHeader(names: columns), kind: kind,
        options: .init(maps: maps, constants: constants, dates: dates))
}

/// The fields that the only row of a file fills in, as texts.
func form(_ text: String, _ kind: RecordKind = .complaint, dates: DateOrder? = nil) throws -> [String: String]? {
    let sheet = try read(text)
    guard let header = sheet.header, let row = sheet.rows.first else { return nil }
    return try ColumnMapping(header: header, kind: kind, options: .init(dates: dates)).form(row)?.mapValues(
        \.stringValue)
}
