import Foundation
import SwiftProtobuf
import Testing

@testable import Records

/// Numbers that look random and are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}

func bytes(_ hexadecimal: String) throws -> [UInt8] {
    try #require(FixedBytes.bytes(hexadecimal: Array(hexadecimal.utf8)))
}

func zone(_ name: String) throws -> TimeZoneRules { try #require(TimeZoneRules(name)) }

func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(text, in: .utc)) }

/// The epoch whose bytes are 0, 1, 2 … or begin with another number.
func epoch(from first: UInt8 = 0) throws -> Epoch { try #require(Epoch(bytes: (0..<16).map { first + $0 })) }

func entry(facts: [UInt8] = [], nonce: [UInt8] = .init(repeating: 0, count: 16), personal: [UInt8] = []) -> Entry {
    var entry = Entry()
    (entry.facts, entry.nonce, entry.personal) = (Data(facts), Data(nonce), Data(personal))
    return entry
}

/// What forms are read against: lakeview in Shanghai, on 1 July 2026 at noon.
func context(site: String = "lakeview", now: String = "2026-07-01T12:00:00+08:00") throws -> FormContext {
    FormContext(
        site: try SiteID(site), zone: try zone("Asia/Shanghai"), now: try moment(now), author: "wang.li",
        pseudonyms: CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32)),
        policy: FormPolicy(
            handbook: "property/1", categories: ["leaks": "leaks", "渗漏": "leaks", "doors": "doors"],
            touchpoints: ["handover": "handover", "交房": "handover"], earliest: try moment("2000-01-01T00:00:00Z"),
            greatestLead: .seconds(600)))
}

/// A form whose values are all texts.
func texts(_ fields: [String: String]) -> FormObject { fields.mapValues { Google_Protobuf_Value(stringValue: $0) } }

func json(_ text: String) throws -> FormObject { try FormFaults.object(json: Data(text.utf8)) }

/// The faults of a form, as `field: reason`; empty when it is right.
func faults(
    _ object: FormObject, _ kind: RecordKind? = .complaint, _ source: FormSource = .json, context: FormContext? = nil
) throws -> [FieldFault] {
    let context = try context ?? usualContext()
    do throws(FormFaults) {
        _ = try RecordForm(object, kind: kind, source: source, context: context)
        return []
    } catch {
        return error.faults
    }
}

private func usualContext() throws -> FormContext { try context() }
