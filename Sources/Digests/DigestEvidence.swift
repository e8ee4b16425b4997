import Foundation
package import Records

/// The records behind each figure of one digest: what `explain` answers, and what tells two revisions apart.
package struct DigestEvidence: Sendable, Equatable {
    private let records: [FigureName: [RecordID]]

    init(_ evidence: [FigureName: [RecordID]]) { records = evidence }

    /// The records behind a figure, in order: complaints, visits, answers, issues' members or flags' records. A count of
    /// records has exactly as many; other figures rest on them.
    package func records(of figure: FigureName) -> [RecordID] { records[figure] ?? [] }

    /// Whether any figure rests on a record.
    package func names(_ record: RecordID) -> Bool { records.values.contains { $0.contains(record) } }
}

/// `{"records":…,"figures":[{"name":…,"places":…}…]}`, compact because a month may rest on a million records: `records` is
/// the base64 of their identifiers, 16 bytes each, in order; `places` that of the records' places in it, each as the
/// difference from the one before in LEB128.
extension DigestEvidence: Codable {
    private struct Form: Codable {
        var records: Data
        var figures: [Entry]

        struct Entry: Codable {
            var name: FigureName
            var places: Data
        }
    }

    package init(from decoder: any Decoder) throws {
        let form = try Form(from: decoder)
        let bytes = Array(form.records)
        let all = stride(from: 0, to: bytes.count, by: 16).compactMap { start in
            RecordID(bytes: bytes[start..<min(start + 16, bytes.count)])
        }
        var records: [FigureName: [RecordID]] = [:]
        for entry in form.figures {
            guard let places = Self.places(entry.places), places.allSatisfy(all.indices.contains) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "\(entry.name) has places that are none"))
            }
            records[entry.name] = places.map { all[$0] }
        }
        self.records = records
    }

    package func encode(to encoder: any Encoder) throws {
        let all = Set(records.values.joined()).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(all, all.indices))
        let figures = records.sorted { $0.key < $1.key }.map { name, records in
            Form.Entry(name: name, places: Self.bytes(records.compactMap { places[$0] }))
        }
        try Form(records: Data(all.flatMap(\.bytes)), figures: figures).encode(to: encoder)
    }

    /// - Parameter places: ascending.
    private static func bytes(_ places: [Int]) -> Data {
        var bytes: [UInt8] = []
        var last = 0
        for place in places {
            var rest = UInt(place - last)
            last = place
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return Data(bytes)
    }

    /// Nil when the bytes end inside a number or a number is beyond any place.
    private static func places(_ bytes: Data) -> [Int]? {
        var places: [Int] = []
        var (last, value, shift) = (0, 0, 0)
        for byte in bytes {
            guard shift <= 28 else { return nil }
            value |= Int(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            last += value
            places.append(last)
            (value, shift) = (0, 0)
        }
        return shift == 0 ? places : nil
    }
}
