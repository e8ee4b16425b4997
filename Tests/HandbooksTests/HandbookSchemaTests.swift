import Foundation
import Handbooks
import StrictYAML
import Testing

/// `Protocol/handbook.schema.json` is what editors and other programs go by: it must say what the reader does.
@Suite struct HandbookSchemaTests {
    private let schema: SchemaNode

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Protocol/handbook.schema.json")
        schema = try SchemaNode(try JSONSerialization.jsonObject(with: Data(contentsOf: file)))
    }

    @Test(arguments: Handbook.bundledNames) func bundledHandbookFitsTheSchema(_ name: String) throws {
        let text = try #require(Handbook.bundledText(named: name))
        #expect(schema.misfits(of: try YAMLOutline.read(text, file: name)) == [])
    }

    @Test(arguments: [
        ("number: 1\n", "number: one\n", "number"), ("warn_at_percent: 75", "warn_at_percent: 175", "warn_at_percent"),
        ("flag_from: important", "flag_from: importent", "flag_from"),
        ("{code: payment,", "{cod: payment,", "touchpoints[3]"),
        ("degree: happened, zh: 已提起", "zh: 已提起", "grading.rules[0]"),
        ("within: 2h\n      met_by", "within: soon\n      met_by", "within"),
        ("event: case_resolved\n      after: 1d", "event: calendar", "days is missing"),
        ("event: case_resolved\n      after: 1d", "event: calendar\n      days: [3-1]", "days[0]"),
    ]) func whatTheReaderRefusesDoesNotFit(_ original: String, _ broken: String, _ place: String) throws {
        let text = try #require(Handbook.bundledText(named: "property-management")).replacing(original, with: broken)
        #expect(Handbook.examine(yaml: text, file: "h.yaml").value == nil)
        let misfits = schema.misfits(of: try YAMLOutline.read(text, file: "h.yaml"))
        #expect(misfits.contains { $0.contains(place) }, "\(misfits)")
    }

    @Test func everyKeyOfTheReaderIsInTheSchemaAndNoOther() throws {
        var asked: Set<String> = []
        for name in Handbook.bundledNames {
            let text = try #require(Handbook.bundledText(named: name))
            asked.formUnion(Handbook.examine(yaml: text, file: name).keys)
        }
        // What the bundled handbooks have as an example or not at all.
        asked.formUnion(Handbook.examine(yaml: Self.rarities, file: "h.yaml").keys)
        let known = schema.keys()
        #expect(asked.subtracting(known).sorted() == [])
        #expect(known.subtracting(asked).sorted() == [])
    }

    private static let rarities = """
        visits:
          plan:
            - {event: calendar, days: ["03-01"]}
        time_limits:
          limits:
            - {tiers: [{tier: vip}]}
        working_hours:
          week: [{days: [monday]}]
          exceptions: [{day: 2026-10-10}]
          sites:
            - site: A7
              week: [{days: [monday]}]
              exceptions: [{day: 2026-10-10}]
        """
}
