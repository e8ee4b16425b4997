import Foundation
package import Records
package import Rules
import Storage

/// What the feed says of a flag: a JSON object in codes and numbers.
package struct FlagPayload: Codable, Sendable {
    /// Whether the flag stands.
    package enum State: String, Codable, Sendable {
        case raised
        /// The facts no longer support it.
        case withdrawn
        /// It was right in its time, and its time is over: a warning, a silence.
        case passed
    }

    package var state: State
    package var flag: Flag
    /// A masked title of the issue, of a hot issue.
    package var title: String?
    /// The record that made it no longer stand.
    package var withdrawnBy: RecordID?

    package init(state: State = .raised, flag: Flag, title: String? = nil) {
        self.state = state
        self.flag = flag
        self.title = title
    }

    package init(json: String) throws {
        self = try JSONDecoder().decode(FlagPayload.self, from: Data(json.utf8))
    }

    /// Sorted keys, so that equal flags are equal texts.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension FlagRow {
    init(_ flag: Flag, subject: RecordID, title: String? = nil) throws {
        self.init(
            id: flag.id, subject: subject, kind: flag.kind.rawValue, at: flag.at, sites: flag.sites,
            payload: try FlagPayload(flag: flag, title: title).json(), withdrawn: false)
    }

    /// The same flag, no longer standing.
    func withdrawn(by record: RecordID?) -> FlagRow {
        var row = self
        row.withdrawn = true
        // The payload was written by this program; should it be unreadable, the mark alone says enough.
        if var payload = try? FlagPayload(json: payload) {
            payload.state = payload.flag.kind.passes ? .passed : .withdrawn
            payload.withdrawnBy = payload.state == .withdrawn ? record : nil
            row.payload = (try? payload.json()) ?? row.payload
        }
        return row
    }
}
