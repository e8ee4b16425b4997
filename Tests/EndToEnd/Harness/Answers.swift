/// `status --json` of headquarters, as far as tests look at it.
struct Status: Decodable, Sendable {
    struct Site: Decodable, Sendable {
        var id: String
        var state: String
        var heardUntil: String?
        var head: UInt64?
        var durable: UInt64
        var lagRecords: UInt64?
    }

    var entries: Int
    var feed: UInt64
    var misbehaviour: Int
    var malformed: Int
    var refusedMessages: Int
    var sites: [Site]

    subscript(site: String) -> Site? { sites.first { $0.id == site } }
}

/// `status --json` of a branch, as far as tests look at it.
struct AgentStatusPaper: Decodable, Sendable {
    struct Link: Decodable, Sendable {
        var state: String
        var last_failure: String?
    }

    struct Log: Decodable, Sendable {
        var head: UInt64
        var acknowledged: UInt64
        var lag_records: UInt64
    }

    var link: Link
    var log: Log
}

/// One line of `records --json`.
struct RecordLine: Decodable, Sendable, Hashable {
    var id: String
    var site: String
    var kind: String
    var clientID: String
    var occurredAt: String
}

/// One line of `tail --json`.
struct FeedLine: Decodable, Sendable {
    struct Payload: Decodable, Sendable {
        var state: String
        var flag: Flag
    }

    struct Flag: Decodable, Sendable {
        var id: String
        var kind: String
        var subject: String
        var sites: [String]
        var rule: String?
        /// 1 ordinary to 4 critical.
        var grade: Int?
        /// Ids of records.
        var evidence: [String]
        var complainants: Int?
        var month: String?
    }

    var sequence: UInt64
    var kind: String
    var payload: Payload

    var flag: Flag { payload.flag }
}

/// `digest show --json`, as far as tests look at it.
struct DigestPaper: Decodable, Sendable {
    private struct Figure: Decodable, Sendable {
        var name: String
        var kind: String
        var value: Double?
    }

    private struct Reference: Decodable, Sendable { var id: String }
    private struct Changes: Decodable, Sendable { var causes: [Reference] }

    var revision: Int
    private var figures: [Figure]
    private var changes: Changes?

    /// A count by its name, such as `complaints.site.A1.received`; nil when there is none.
    subscript(name: String) -> Int? {
        figures.first { $0.name == name && $0.kind == "count" }?.value.map { Int($0) }
    }

    /// The records that caused this revision.
    var causes: [String] { changes?.causes.map(\.id) ?? [] }
}
