import Foundation
import Records
import SwiftProtobuf
import Testing

@testable import Spreadsheets

/// The product's own sample must import without a single reject, by automatic mapping alone, and tell its stories.
struct SampleDataTests {
    static let rows: [String: Int] = [
        "riverside-complaints": 46, "riverside-steps": 132, "riverside-visits": 36, "riverside-surveys": 20,
        "riverside-customers": 15, "lakeview-complaints": 40, "lakeview-steps": 102, "lakeview-visits": 30,
        "lakeview-surveys": 18, "lakeview-customers": 14, "oldtown-complaints": 34, "oldtown-steps": 92,
        "oldtown-visits": 29, "oldtown-surveys": 14, "oldtown-customers": 12,
    ]

    @Test func everyFileOfTheFolderIsExpected() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files.filter { $0.hasSuffix(".csv") }) == Set(Self.rows.keys.map { $0 + ".csv" }))
    }

    @Test(arguments: rows.keys.sorted())
    func everyRowBecomesARecord(file: String) throws {
        let forms = try Self.forms(file)
        #expect(forms.count == Self.rows[file])
        #expect(Set(forms.compactMap(\.clientID)).count == forms.count)
    }

    @Test func stepsAndFollowUpsNameComplaintsOfTheirBranch() throws {
        for branch in ["riverside", "lakeview", "oldtown"] {
            let site = try SiteID(branch)
            let complaints = Set(
                try Self.forms(branch + "-complaints").compactMap(\.clientID).map {
                    RecordID(site: site, clientID: $0).data
                })
            for form in try Self.forms(branch + "-steps") { #expect(complaints.contains(form.facts.step.caseID)) }
            for form in try Self.forms(branch + "-visits") where !form.facts.visit.caseID.isEmpty {
                #expect(complaints.contains(form.facts.visit.caseID))
            }
        }
    }

    @Test func smartLockTurnsHotInOctoberAcrossThreeBranches() throws {
        let october = try #require(Month("2026-10")).range(in: try #require(TimeZoneRules("Asia/Shanghai")))
        var complainants: [String: Set<Data>] = [:]
        for branch in ["riverside", "lakeview", "oldtown"] {
            for form in try Self.forms(branch + "-complaints") where form.facts.complaint.product == "鹿盾K7" {
                guard october.contains(Timestamp(milliseconds: form.facts.occurredAt)) else { continue }
                complainants[branch, default: []].formUnion(form.facts.customerTokens.map(\.value))
            }
        }
        #expect(complainants.mapValues(\.count) == ["riverside": 1, "lakeview": 2, "oldtown": 1])
        #expect(complainants.values.reduce(into: Set()) { $0.formUnion($1) }.count == 4)
    }

    @Test func oneCustomerIsMetAtTwoBranchesUnderOnePhone() throws {
        func tokens(_ branch: String) throws -> Set<Data> {
            Set(try Self.forms(branch + "-complaints").flatMap { $0.facts.customerTokens.map(\.value) })
        }
        #expect(try tokens("riverside").intersection(tokens("oldtown")).count == 1)
        #expect(try tokens("riverside").isDisjoint(with: tokens("lakeview")))
    }

    @Test func oneComplaintStaysOpenAndItsDelayIsOurs() throws {
        var open: [String] = []
        for branch in ["riverside", "lakeview", "oldtown"] {
            let resolved = Set(
                try Self.forms(branch + "-steps").filter { $0.facts.step.kind == .resolved }.map(\.facts.step.caseID))
            let site = try SiteID(branch)
            open += try Self.forms(branch + "-complaints").compactMap(\.clientID).filter {
                !resolved.contains(RecordID(site: site, clientID: $0).data)
            }
        }
        #expect(open == ["OT-C008"])
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Deploy/sample"
    )
    .standardized

    /// The forms of a file, or the first fault.
    private static func forms(_ file: String) throws -> [RecordForm] {
        let parts = file.split(separator: "-")
        let kind = try #require(RecordKind(rawValue: String(parts[1].dropLast())))
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file + ".csv")))
        let sheet = try read(bytes)
        #expect(sheet.faults.isEmpty)
        let mapping = try ColumnMapping(header: try #require(sheet.header), kind: kind)
        #expect(mapping.ignored.isEmpty)
        let context = try context(site: String(parts[0]))
        return try sheet.rows.map { row in
            try RecordForm(try #require(try mapping.form(row)), kind: kind, source: .text, context: context)
        }
    }

    private static func context(site: String) throws -> FormContext {
        FormContext(
            site: try SiteID(site), zone: try #require(TimeZoneRules("Asia/Shanghai")),
            now: try #require(Timestamp("2026-11-01T00:00:00+08:00", in: .utc)), author: "sample",
            pseudonyms: CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32)),
            policy: FormPolicy(
                handbook: "sample", categories: words(categories), touchpoints: words(touchpoints),
                earliest: .zero, greatestLead: .seconds(0)))
    }

    private static func words(_ codes: [String: String]) -> [String: String] {
        codes.reduce(into: [:]) { words, pair in (words[pair.key], words[pair.value]) = (pair.key, pair.key) }
    }

    /// The words of the bundled handbook that the sample uses.
    private static let categories = [
        "engineering": "工程质量", "doors": "木门", "finishing": "装饰", "leaks": "渗漏", "windows": "门窗", "cracks": "裂缝",
        "plumbing": "给排水暖通", "design": "规划设计", "sales": "销售管理", "property": "物业管理", "service": "客户服务",
    ]
    private static let touchpoints = [
        "handover": "入住交付", "repair_request": "报修受理", "repair_visit": "上门维修", "payment": "缴费", "parking": "停车",
        "reception": "前台", "hotline": "服务热线", "gate": "门岗", "public_area": "公共区域", "lift_ride": "乘梯",
    ]
}
