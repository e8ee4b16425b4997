import Foundation
import SwiftProtobuf
import Testing

@testable import Records

struct RecordFormTests {
    @Test func commonFieldsAreKept() throws {
        let form = try RecordForm(
            json(
                #"""
                {"kind": "complaint", "id": "HQ-7", "occurred_at": "2026-06-30 21:05", "text": "漏水", "tags": ["急", "a"],
                 "customer": {"number": "V 1", "phone": "138 0001 0011", "email": "a@b.cn", "name": "林", "address": "2栋"},
                 "attachments": [{"reference": "photos/1.jpg", "sha256": "\#(String(repeating: "aB", count: 32))"}]}
                """#), context: context())
        #expect(form.clientID == "HQ-7")
        #expect(form.facts.clientID == "HQ-7")
        #expect(Timestamp(milliseconds: form.facts.occurredAt).rfc3339 == "2026-06-30T13:05:00Z")
        #expect(Timestamp(milliseconds: form.facts.recordedAt).rfc3339 == "2026-07-01T04:00:00Z")
        #expect(form.facts.author == "wang.li")
        #expect(form.facts.handbook == "property/1")
        #expect(form.facts.tags == ["急", "a"])
        #expect(form.facts.customerTokens.map(\.kind) == [.number, .phone, .email])
        #expect(form.facts.attachments.first?.digest == Data(repeating: 0xAB, count: 32))
        #expect(form.personal.customer.phone == "+8613800010011")
        #expect(form.personal.text == "漏水")
    }

    @Test func factsNameNoPerson() throws {
        let form = try RecordForm(
            texts([
                "subject": "秘密主题", "text": "秘密正文", "customer.name": "林婉清", "customer.phone": "13800010011",
                "customer.address": "2栋1203", "customer.email": "lin@example.cn",
            ]), kind: .complaint, source: .text, context: context())
        let facts = String(decoding: try form.facts.serializedBytes() as [UInt8], as: UTF8.self)
        for word in ["秘密", "林婉清", "13800010011", "2栋", "lin@"] { #expect(!facts.contains(word)) }
    }

    @Test func customerMayBeANumberAlone() throws {
        let form = try RecordForm(json(#"{"customer": "V1", "text": "x"}"#), kind: .complaint, context: context())
        #expect(form.personal.customer.number == "V1")
        #expect(form.facts.customerTokens.map(\.kind) == [.number])
        #expect(
            try RecordForm(json(#"{"text": "x"}"#), kind: .complaint, context: context()).facts.customerTokens.isEmpty)
    }

    @Test func kindIsStatedOrGivenAndOtherwiseMissing() throws {
        #expect(try RecordForm(texts(["kind": "投诉", "text": "x"]), context: context()).facts.complaint.groupSize == 1)
        #expect(try faults(json("{}"), nil).map(\.field) == ["kind"])
        #expect(try faults(json(#"{"kind": "rumour"}"#), nil).map(\.field) == ["kind"])
    }

    @Test func digestSaysWhetherTheClientGaveTheSame() throws {
        func digest(_ text: String, author: String = "a", now: String = "2026-07-01T12:00:00+08:00") throws -> Data {
            var context = try context(now: now)
            context.author = author
            let fields = ["id": "1", "text": text, "occurred_at": "2026-06-01 08:00"]
            return try RecordForm(texts(fields), kind: .complaint, source: .text, context: context).facts.contentDigest
        }
        #expect(try digest("漏水").count == 32)
        #expect(try digest("漏水") == digest("漏水", author: "b", now: "2026-07-03T00:00:00Z"))
        #expect(try digest("漏水") != digest("漏雨"))
    }

    @Test(arguments: [
        ("1900-01-01", "lies before"), ("2027-07-01", "lies in the future"),
        ("2026-07-01 12:10:01", "lies in the future"),
        ("43647.5", "must be a time"), ("yesterday", "must be a time"),
    ])
    func impossibleTimesAreRefused(time: String, reason: String) throws {
        let faults = try faults(texts(["text": "x", "occurred_at": time]), .complaint, .text)
        #expect(faults.map(\.field) == ["occurred_at"])
        #expect(faults.first?.reason.contains(reason) == true)
    }

    @Test func aClockALittleAheadIsTaken() throws {
        #expect(try faults(texts(["text": "x", "occurred_at": "2026-07-01 12:10"]), .complaint, .text).isEmpty)
    }

    @Test func tenMegabytesAndZeroBytesAreRefused() throws {
        let long = String(repeating: "很长", count: 1_700_000)
        #expect(
            try faults(texts(["text": long])) == [
                FieldFault(
                    field: "text", Term("有 10200000 字节，最多 65536 字节", "has 10200000 bytes; at most 65536 are taken"))
            ])
        #expect(
            try faults(texts(["text": "a\0"])) == [FieldFault(field: "text", Term("含有零字节", "contains a zero byte"))])
        #expect(try faults(texts(["text": String(repeating: "x", count: 65_536)])).isEmpty)
    }

    @Test func everyFaultIsReportedAtOnce() throws {
        let object = try json(
            #"""
            {"id": 1.5, "occurred_at": "1899-01-01", "text": 7.5, "tags": "a", "customer": {"phone": "call me", "email": "x", "pet": 1},
             "attachments": [{"sha256": "zz"}, 3], "category": "ghosts", "touchpoint": "moon", "channel": "pigeon",
             "group_size": 0, "urgent": "yes", "our_responsibility": 1, "colour": "red"}
            """#)
        #expect(
            Set(try faults(object).map(\.field)) == [
                "id", "occurred_at", "text", "customer.phone", "customer.email", "customer.pet",
                "attachments[0].reference",
                "attachments[0].sha256", "attachments[1]", "category", "touchpoint", "channel", "group_size", "urgent",
                "our_responsibility", "colour",
            ])
    }

    @Test func reasonsNeverQuoteACustomer() throws {
        let object = texts([
            "customer.phone": "secret-1", "customer.email": "secret-2", "channel": "secret-3", "group_size": "secret-4",
            "occurred_at": "secret-5", "category": "secret-6",
        ])
        let faults = try faults(object, .complaint, .text)
        #expect(faults.count == 6)
        #expect(!FormFaults(faults).description.contains("secret"))
    }
}
