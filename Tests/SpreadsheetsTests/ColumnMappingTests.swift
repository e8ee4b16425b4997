import Records
@testable import Spreadsheets
import SwiftProtobuf
import Testing

struct ColumnMappingTests {
    @Test func columnsAreKnownByFieldNamesAndByChineseWords() throws {
        let mapping = try mapping(["投诉编号", "投诉时间", "标题", "投诉内容", "联系电话", "姓名", "类别", "楼栋", "渠道", "是否紧急"])
        let fields = mapping.assignments.map(\.field)
        #expect(
            fields == [
                "id", "occurred_at", "subject", "text", "customer.phone", "customer.name", "category", "channel",
                "urgent",
            ])
        #expect(mapping.ignored == ["楼栋"])
        let english = try Self.fields([
            "ID", "Occurred At", "Subject", "customer.phone", "CUSTOMER", "our_responsibility",
        ])
        #expect(english == ["id", "occurred_at", "subject", "customer.phone", "customer.number", "our_responsibility"])
    }

    @Test func sameWordMeansWhatItsKindOfRecordMeans() throws {
        #expect(try Self.fields(["投诉编号", "回访时间", "满意度"], .visit) == ["case", "occurred_at", "satisfaction"])
        #expect(try Self.fields(["编号", "投诉编号", "处理步骤"], .step) == ["id", "case", "step"])
        #expect(try Self.fields(["scores.Q1", "问卷"], .survey) == ["scores.Q1", "survey"])
        #expect(
            try Self.fields(["年销售额", "figures.other", "大客户"], .customer)
                == ["figures.annual_sales", "figures.other", "key_account"])
    }

    @Test func optionsComeBeforeNames() throws {
        let mapping = try mapping(
            ["text", "话", "b"], maps: ["subject=text", "text=话+b"], constants: ["channel=phone"])
        #expect(mapping.assignments.map(\.field) == ["subject", "text"])
        let row = try read("text,话,b\n一,二,三\n").rows[0]
        let form = try mapping.form(row)?.mapValues(\.stringValue)
        #expect(form == ["subject": "一", "text": "二\n三", "channel": "phone"])
    }

    @Test func constantTakesThePlaceOfAColumnOfThatName() throws {
        let mapping = try mapping(["text", "category"], constants: ["category=property"])
        #expect(mapping.ignored == ["category"])
    }

    @Test func cellsLoseWhatSpreadsheetsPutAroundThem() throws {
        let form = try form(
            "id,text,customer.phone,category\n=\"00123\",\"\u{A0}漏\u{A0}水　\",\u{200B}13800138000,\u{A0}\n")
        #expect(form == ["id": "00123", "text": "漏 水", "customer.phone": "13800138000"])
    }

    @Test func everyFaultOfTheOptionsIsReported() {
        #expect(
            throws: MappingFaults(faults: [
                .malformed(option: "urgent"),
                .unknownField("chanel", kind: .complaint, near: "channel"),
                .unknownColumn("Titel", near: "Title", columns: ["Title", "Body"]),
                .fieldTwice("text"),
            ])
        ) {
            try mapping(
                ["Title", "Body"], maps: ["chanel=Body", "subject=Titel", "text=Body", "text=Title"],
                constants: ["urgent"])
        }
    }

    @Test func twoColumnsForOneFieldAreRefused() {
        #expect(throws: MappingFaults(faults: [.duplicateColumn("text", positions: [0, 2])])) {
            try mapping(["text", "x", "text"])
        }
        #expect(throws: MappingFaults(faults: [.ambiguous(field: "customer.phone", columns: ["电话", "手机"])])) {
            try mapping(["text", "电话", "手机"])
        }
        #expect(throws: Never.self) { try mapping(["text", "电话", "手机"], maps: ["customer.phone=手机"]) }
    }

    @Test func wrongDelimiterIsSaid() throws {
        for text in ["id;subject;text", "编号，主题，内容"] {
            let header = try #require(try read(text + "\n1\n", .init(delimiter: .comma)).header)
            let error = #expect(throws: MappingFaults.self) { try ColumnMapping(header: header, kind: .complaint) }
            #expect(error?.description.contains("separated by “,”") == true)
        }
    }

    @Test func nothingKnownListsColumnsAndFields() {
        let error = #expect(throws: MappingFaults.self) { try mapping(["foo", "bar"]) }
        #expect(error?.description.contains("“foo”, “bar”") == true)
        #expect(error?.description.contains("occurred_at") == true)
    }

    @Test func emptyRowOfARejectsFileGivesNoForm() throws {
        #expect(try form("text,line,field,reason\n,7,,the row has 9 cells\n") == nil)
        #expect(try form("text,x,line,field,reason\n,kept,7,,why\n") == [:])
    }

    /// Every field that a column can fill is one that the form reads.
    @Test(arguments: RecordKind.allCases)
    func fieldsAreThoseOfTheForms(kind: RecordKind) throws {
        let context = try context
        for field in FormFields.of(kind).map(\.name) where field != "kind" {
            // A value that most fields refuse; none may be refused as unknown. Text mode reads a visit's category with its problem.
            var object: FormObject = [field: .init(stringValue: "?")]
            if kind == .visit { object["problem"] = .init(stringValue: "?") }
            do throws(FormFaults) {
                _ = try RecordForm(object, kind: kind, source: .text, context: context)
            } catch {
                #expect(!error.description.contains("no such field"), "\(kind) \(field)")
            }
        }
    }

    private static func fields(_ columns: [String], _ kind: RecordKind = .complaint) throws -> [String] {
        try mapping(columns, kind).assignments.map(\.field)
    }

    private var context: FormContext {
        get throws {
            FormContext(
                site: try SiteID("lakeview"), zone: .utc, now: Timestamp(milliseconds: 1_790_000_000_000),
                author: "tester",
                pseudonyms: CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32)),
                policy: FormPolicy(
                    handbook: "1", categories: [:], touchpoints: [:], earliest: .zero, greatestLead: .hours(24)))
        }
    }
}
