import Foundation
import Records
import Testing

/// The files of `Protocol/vectors`: bytes that another implementation, written from the specification alone, came to.
enum VectorFile {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Protocol/vectors")

    static func read<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
        try JSONDecoder().decode(Content.self, from: Data(contentsOf: folder.appending(path: name + ".json")))
    }

    /// The rows of a list whose `json` fields are protobuf's own JSON.
    static func rows(_ name: String, _ list: String) throws -> [[String: Any]] {
        let data = try Data(contentsOf: folder.appending(path: name + ".json"))
        let file = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(file[list] as? [[String: Any]])
        try #require(!rows.isEmpty)
        return rows
    }
}

extension [String: Any] {
    func text(_ name: String) throws -> String { try #require(self[name] as? String) }

    func bytes(_ name: String) throws -> Data { try Hex(digits: text(name)).data }

    /// A nested object as JSON's bytes.
    func json(_ name: String) throws -> Data { try JSONSerialization.data(withJSONObject: #require(self[name])) }
}

/// Bytes, written as hexadecimal digits.
struct Hex: Decodable, Equatable {
    let data: Data

    init(digits: String) throws {
        let values = digits.compactMap(\.hexDigitValue)
        try #require(values.count == digits.count && values.count.isMultiple(of: 2), "\(digits.prefix(80)) is no hex")
        data = Data(stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }

    init(from decoder: any Decoder) throws {
        try self.init(digits: decoder.singleValueContainer().decode(String.self))
    }
}

struct VectorPosition: Decodable {
    var epoch: Hex
    var sequence: UInt64
    var hash: Hex

    func position() throws -> LogPosition {
        LogPosition(
            epoch: try #require(Epoch(bytes: epoch.data)), sequence: SequenceNumber(sequence),
            hash: try #require(ChainHash(bytes: hash.data)))
    }
}

struct VectorEntry: Decodable {
    var facts: Hex
    var nonce: Hex
    var personal: Hex
    var personalDigest: Hex
    var leaf: Hex?
    var hash: Hex?
    var sequence: UInt64?
    /// Of a malformed one.
    var why: String?

    var entry: Entry {
        var entry = Entry()
        (entry.facts, entry.nonce, entry.personal) = (facts.data, nonce.data, personal.data)
        entry.personalDigest = personalDigest.data
        return entry
    }
}

/// `chain.json`.
struct ChainVectors: Decodable {
    struct VectorEpoch: Decodable {
        var epoch: Hex
        var parent: VectorPosition?
        var origin: Hex
        var entries: [VectorEntry]
    }

    struct Erasure: Decodable {
        var before: VectorEntry
        var after: VectorEntry
        var leaf: Hex
    }

    var site: String
    var epochs: [VectorEpoch]
    var erasure: Erasure
    var malformed: [VectorEntry]
}
