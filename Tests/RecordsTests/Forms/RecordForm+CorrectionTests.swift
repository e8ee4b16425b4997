import Foundation
import Records
import struct Records.Record
import SwiftProtobuf
import Testing

@Suite struct RecordFormCorrectionTests {
    private func original(_ json: String) throws -> Record {
        let form = try RecordForm(FormFaults.object(json: Data(json.utf8)), context: context())
        var facts = form.facts
        facts.recordID = RecordID(high: 1, low: 2).data
        var entry = Entry()
        entry.facts = try facts.serializedData()
        entry.personal = try form.personal.serializedData()
        entry.nonce = Data(repeating: 1, count: 16)
        return try Record(
            entry, site: context().site, epoch: Epoch(bytes: [UInt8](repeating: 7, count: 16))!,
            sequence: SequenceNumber(1))
    }

    private func correct(
        _ original: Record, _ changes: String, reason: String = "录错", source: FormSource = .json
    ) throws -> RecordForm {
        try RecordForm(
            correcting: original, changes: FormFaults.object(json: Data(changes.utf8)), reason: reason, source: source,
            context: context())
    }

    private static let complaint =
        #"{"kind":"complaint","occurred_at":"2026-06-02T09:00:00.123+08:00","customer":{"phone":"13800000001","name":"王芳"},"subject":"漏水","text":"厨房漏水","channel":"phone","group_size":12,"tags":["a","b"],"urgent":true}"#

    @Test func onlyWhatIsGivenChanges() throws {
        let original = try original(Self.complaint)
        let form = try correct(original, #"{"group_size":2,"text":"卫生间漏水"}"#)
        let corrected = form.facts.correction.corrected
        #expect(RecordID(bytes: form.facts.correction.recordID) == original.id)
        #expect(corrected.complaint.groupSize == 2)
        #expect(corrected.complaint.channel == .phone)
        #expect(corrected.complaint.urgent)
        #expect(corrected.occurredAt == original.facts.occurredAt)
        #expect(corrected.customerTokens == original.facts.customerTokens)
        #expect(corrected.tags == ["a", "b"])
        #expect(form.personal.text == "卫生间漏水")
        #expect(form.personal.subject == "漏水")
        #expect(form.personal.customer == original.personal?.customer)
        #expect(form.personal.reason == "录错")
    }

    @Test func aFieldCanBeTakenAwayAndATruthTurned() throws {
        let original = try original(Self.complaint)
        let corrected = try correct(original, #"{"channel":null,"urgent":false}"#).facts.correction.corrected
        #expect(corrected.complaint.channel == .unspecified)
        #expect(!corrected.complaint.urgent)
    }

    @Test func textsOfACommandLineAreReadLikeASheet() throws {
        let form = try correct(try original(Self.complaint), #"{"group_size":"3","urgent":"否"}"#, source: .text)
        #expect(form.facts.correction.corrected.complaint.groupSize == 3)
    }

    @Test func everyKindComesBackAsItWas() throws {
        for json in [
            #"{"kind":"visit","method":"电话","customer":"K1","satisfaction":4,"problems":[{"text":"慢","category":"leaks"}],"help_needed":["搬家"],"plan_items":["1"]}"#,
            #"{"kind":"step","case":"c1","step":"delay_cause","delay_cause":"customer"}"#,
            #"{"kind":"survey","survey":"2026H1","mode":"ivr","satisfaction":5,"scores":{"q1":4}}"#,
            #"{"kind":"customer","customer":"K1","type":"owner","figures":{"arpu":3.5}}"#,
        ] {
            let original = try original(json)
            let form = try correct(original, #"{"tags":["核实"]}"#)
            #expect(form.facts.correction.corrected.body == original.facts.body, "\(json)")
        }
    }

    @Test(arguments: [
        #"{"group_size":12}"#, #"{"kind":"visit"}"#, #"{"id":"x"}"#, #"{"group_size":"many"}"#, #"{"nonsense":1}"#,
        #"{"subject":null,"text":null}"#,
    ])
    func whatChangesNothingOrCannotBeIsRefused(_ changes: String) throws {
        let original = try original(Self.complaint)
        #expect(throws: FormFaults.self) { try correct(original, changes) }
    }

    @Test func aReasonIsNeeded() throws {
        let original = try original(Self.complaint)
        #expect(throws: FormFaults.self) { try correct(original, #"{"group_size":2}"#, reason: "  ") }
    }
}
