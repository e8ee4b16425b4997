import AgentSettings
import AggregatorSettings
import Handbooks
import Records
import Spreadsheets
import StrictYAML

/// A spreadsheet: in pieces of any size it is what it is as a whole.
func fuzzSheet(_ bytes: [UInt8]) {
    guard let size = bytes.first else { return }
    let sheet = bytes.dropFirst()
    let whole = events([sheet])
    let cut = events(pieces(sheet, size: size))
    insist(whole == cut, "a sheet depends on how it is cut:\n\(whole)\n\(cut)")
}

/// What a reader hands on, in words.
private func events(_ pieces: [ArraySlice<UInt8>]) -> [String] {
    var events: [String] = []
    var reader = CSVReader()
    let take: (CSVEvent) -> Void = { event in
        events.append("\(event)")
        if case .header(let header) = event {
            // What a mapping makes of foreign columns is refused or not, but decided.
            _ = try? ColumnMapping(header: header, kind: .complaint)
        }
    }
    do {
        for piece in pieces { try reader.feed(Array(piece), take) }
        try reader.finish(take)
    } catch {
        events.append("\(error)")
    }
    return events
}

func fuzzHandbook(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    do {
        _ = try Handbook.read(yaml: text, file: "handbook.yaml")
    } catch {
        insist(!error.description.isEmpty, "refused without a reason")
    }
}

/// The configurations of both daemons.
func fuzzConfiguration(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    do {
        _ = try AggregatorConfiguration.read(yaml: text, file: "/nowhere/aggregator.yaml")
    } catch {
        insist(!error.description.isEmpty, "refused without a reason")
    }
    do {
        _ = try AgentConfiguration.read(yaml: text, file: "/nowhere/agent.yaml")
    } catch {
        insist(!error.description.isEmpty, "refused without a reason")
    }
}
