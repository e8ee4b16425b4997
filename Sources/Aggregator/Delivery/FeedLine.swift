import Foundation
package import Records

/// One entry of the feed as a JSON object: a line of `feed.ndjson` and of `huiyin tail --json`, a member of a delivery.
package struct FeedLine: Encodable, Sendable {
    private let entry: FeedEntry

    package init(_ entry: FeedEntry) { self.entry = entry }

    private enum Key: String, CodingKey { case sequence, kind, sites, at, payload }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(entry.sequence, forKey: .sequence)
        try fields.encode(entry.kind, forKey: .kind)
        try fields.encode(entry.sites, forKey: .sites)
        try fields.encode(Timestamp(milliseconds: entry.appendedAt).rfc3339, forKey: .at)
        guard entry.kind != DeliveryMessage.testKind else { return }
        // What this program does not know, such as a flag of a later version, goes on as it is: the feed must not stand still for it.
        if let payload = try? FlagPayload(json: entry.payload) {
            try fields.encode(payload, forKey: .payload)
        } else {
            try fields.encode(AnyJSON(entry.payload), forKey: .payload)
        }
    }

    /// One line without its end.
    package var json: String {
        get throws { try DeliveryRequest.json(self) }
    }
}

/// JSON of any form.
private enum AnyJSON: Codable {
    case null
    case truth(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)
    case list([AnyJSON])
    case object([String: AnyJSON])

    /// What is no JSON is a text.
    init(_ text: String) {
        self = (try? JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))) ?? .text(text)
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // Each is tried in turn; what is none of the first is one of the later.
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let whole = try? value.decode(Int64.self) {
            self = .whole(whole)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([AnyJSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: AnyJSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .truth(let truth): try value.encode(truth)
        case .whole(let whole): try value.encode(whole)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        }
    }
}
