import Foundation
import Records
import Testing

@testable import Digests

/// `Protocol/digest.schema.json` describes what the program writes, and nothing else passes it.
@Suite struct DigestSchemaTests {
    private let schema: JSONSchema

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        schema = try JSONSchema(
            Data(contentsOf: folder.deletingLastPathComponent().appendingPathComponent("Protocol/digest.schema.json")))
    }

    private func object(_ digest: Digest) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(digest.json.utf8)) as? [String: Any])
    }

    @Test(arguments: 1...6) func whateverTheMonthHoldsFitsTheSchema(seed: Int) throws {
        var input = DigestInput.customers(seed: UInt64(seed))
        let before = DigestEdition(input)
        input.previous = before.digest.asPreviousMonth
        input.yearBefore = before.digest.asPreviousMonth
        input.earlier = [before.digest.asPreviousMonth]
        input.outcomes = [outcome(1), outcome(2, effect: .init(verdict: .worked, ratio: 0.5, low: 0.2, high: 0.9))]
        input.sites[1].gaps = [SequenceGap(first: SequenceNumber(3), last: SequenceNumber(5))]
        input.late = [
            LateRecord(
                id: record(0), site: site("S0"), kind: Term("投诉", "complaint"), occurred: at("2019-07-03 08:00"),
                recorded: at("2019-07-03 08:00"), arrived: at("2019-08-02 08:00"), concerns: record(1))
        ]
        input.issues[0].hot = HotWindow(
            from: at("2019-07-01 08:00"), until: at("2019-07-09 08:00"), complainants: 3, records: [record(1)])
        input.issues[0].weeks = [0, 1, 2]
        input.issues[0].failPoint = Term("电话打不通", "the line is busy")
        input.issues[0].countermeasure = Term("转接", "duty phone")
        input.matrix = [NamedCode("large.weak", Term("服务事故", "service accident"))]
        input.standards = [
            StandardTarget(
                code: "a", term: Term("甲", "a"), metric: Term("乙", "b"), figure: "visits.reach", scale: 100,
                isAtLeast: true, target: 90.5, owner: Term("丙", "c"))
        ]
        input.cases[0].distinctOf = nil
        let digest = DigestEdition(input, after: before).digest
        #expect(digest.changes != nil && digest.trend?.count == 1 && digest.dayLimits != nil)
        #expect(digest.waterfall != nil && digest.tiers?.moves.isEmpty == false && digest.contacts != nil)
        #expect(digest.loadFindings?.isEmpty == false && digest.benchmarks?.isEmpty == false)
        #expect(digest.lessons?.isEmpty == false && digest.surveyDuty != nil)
        #expect(digest.critical.contains { $0.curve?.isEmpty == false && $0.rootCause != nil })
        let faults = schema.faults(of: try object(digest))
        #expect(faults == [])
        let faultsOfNothing = schema.faults(of: try object(Digest(.empty())))
        #expect(faultsOfNothing == [])
    }

    @Test func whatIsMissingStrangeOrOfAnotherKindIsRefused() throws {
        let whole = try object(Digest(.random(seed: 3)))
        for key in ["sites", "figures", "hash", "meeting"] {
            var object = whole
            object[key] = nil
            #expect(schema.faults(of: object).contains { $0.contains(key) })
        }
        var strange = whole
        strange["league_table"] = []
        #expect(schema.faults(of: strange).contains { $0.contains("league_table") })
        var text = whole
        text["revision"] = "1"
        #expect(!schema.faults(of: text).isEmpty)
    }
}

/// As much of JSON Schema 2020-12 as the digest's schema uses; what it does not know fails the test.
private struct JSONSchema {
    private let root: [String: Any]

    init(_ data: Data) throws {
        root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func faults(of value: Any) -> [String] { faults(value, root, "") }

    private static let known: Set<String> = [
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "pattern", "minimum", "items",
        "properties", "required", "additionalProperties", "oneOf",
    ]

    private func faults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = String(reference.dropFirst("#/$defs/".count))
            guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                return ["\(path): no \(reference)"]
            }
            return faults(value, target, path)
        }
        var faults = schema.keys.filter { !Self.known.contains($0) }.map { "\(path): the test does not know \($0)" }
        if let alternatives = schema["oneOf"] as? [[String: Any]] {
            let fitting = alternatives.count { self.faults(value, $0, path).isEmpty }
            if fitting != 1 { faults.append("\(path): fits \(fitting) of its alternatives") }
        }
        if let values = schema["enum"] as? [Any], !values.contains(where: { "\($0)" == "\(value)" }) {
            faults.append("\(path): is none of \(values)")
        }
        guard let type = schema["type"] as? String else { return faults }
        switch type {
        case "string":
            guard let text = value as? String else { return faults + ["\(path): no string"] }
            if let pattern = schema["pattern"] as? String,
                text.range(of: pattern, options: .regularExpression) == nil
            {
                faults.append("\(path): not of the form \(pattern)")
            }
        case "integer", "number":
            guard let number = value as? NSNumber, !isTruth(number) else {
                return faults + ["\(path): no number"]
            }
            if type == "integer", number.doubleValue != number.doubleValue.rounded() {
                faults.append("\(path): not whole")
            }
            if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
                faults.append("\(path): below \(least)")
            }
        case "boolean":
            guard let number = value as? NSNumber, isTruth(number) else { return faults + ["\(path): no truth value"] }
        case "array":
            guard let list = value as? [Any], let items = schema["items"] as? [String: Any] else {
                return faults + ["\(path): no array"]
            }
            for (place, item) in list.enumerated() { faults += self.faults(item, items, "\(path)[\(place)]") }
        case "object":
            guard let object = value as? [String: Any], let properties = schema["properties"] as? [String: Any] else {
                return faults + ["\(path): no object"]
            }
            for name in schema["required"] as? [String] ?? [] where object[name] == nil {
                faults.append("\(path): lacks \(name)")
            }
            for (name, member) in object {
                guard let inner = properties[name] as? [String: Any] else {
                    faults.append("\(path): has a strange \(name)")
                    continue
                }
                faults += self.faults(member, inner, "\(path).\(name)")
            }
        default: faults.append("\(path): the test does not know the type \(type)")
        }
        return faults
    }

    private func isTruth(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
