@testable import Bodies
import Foundation
import Records
import SwiftProtobuf

/// A body of the HTTP interface: in pieces of any size it has the rows that it has as a whole, and each is read as a form.
func fuzzBody(_ bytes: [UInt8]) {
    guard bytes.count > 1 else { return }
    let framing: RowSplitter.Framing = bytes[1].isMultiple(of: 2) ? .lines : .values
    let body = bytes.dropFirst(2)
    let whole = rows([body], framing)
    insist(whole == rows(pieces(body, size: bytes[0]), framing), "rows depend on how the body is cut")
    for row in whole { readForm(row) }
}

private struct Row: Equatable {
    var line: Int
    var content: [UInt8]
}

private func rows(_ pieces: [ArraySlice<UInt8>], _ framing: RowSplitter.Framing) -> [Row] {
    var splitter = RowSplitter(framing)
    var rows: [Row] = []
    func take(_ chunk: RowChunk) {
        for row in chunk.rows {
            switch row.content {
            case .bytes(let range): rows.append(Row(line: row.line, content: Array(chunk.bytes[range])))
            case .tooLong: rows.append(Row(line: row.line, content: Array("too long".utf8)))
            case .broken(let reason): rows.append(Row(line: row.line, content: Array("\(reason)".utf8)))
            }
        }
    }
    for piece in pieces {
        piece.withUnsafeBytes { splitter.feed($0) }
        while let chunk = splitter.next() { take(chunk) }
    }
    while let chunk = splitter.next(isEnd: true) { take(chunk) }
    return rows
}

private let context: FormContext? = {
    guard let zone = TimeZoneRules("Asia/Shanghai"),
        let pseudonyms = CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32))
    else { return nil }  // the machine has no time zones
    return FormContext(
        site: Fixed.site, zone: zone, now: Fixed.wall, author: "fuzzed", pseudonyms: pseudonyms,
        policy: FormPolicy(
            handbook: "fuzzed/1", categories: ["leaks": "leaks", "渗漏": "leaks"],
            touchpoints: ["handover": "handover"], earliest: Timestamp(milliseconds: 0), greatestLead: .seconds(600)))
}()

private func readForm(_ row: Row) {
    guard let context else { preconditionFailure("no time zone database") }
    for source in [FormSource.json, .text] {
        do {
            let object = try FormFaults.object(json: Data(row.content))
            let form = try RecordForm(object, kind: .complaint, source: source, context: context)
            _ = try form.facts.serializedData() as Data
        } catch {
            insist(!"\(error)".isEmpty, "refused without a reason")
        }
    }
}
