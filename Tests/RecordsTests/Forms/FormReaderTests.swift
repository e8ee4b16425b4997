import Foundation
import SwiftProtobuf
import Testing

@testable import Records

struct FormReaderTests {
    @Test(arguments: zip(["是", "yes", " Y ", "1", "TRUE", "有"], repeatElement(true, count: 6)))
    func yesIsReadInText(text: String, truth: Bool) throws {
        let reader = try reader(["a": text])
        #expect(reader.truth("a") == truth)
    }

    @Test(arguments: ["否", "no", "N", "0", "false", "无", "没有"])
    func noIsReadInText(text: String) throws {
        let reader = try reader(["a": text])
        #expect(reader.truth("a") == false)
    }

    @Test func numbersAreReadAsPeopleWriteThem() throws {
        let reader = try reader(["a": " 1,234.5 ", "b": "３", "c": "3.0", "d": "three", "e": "1e400", "f": "nan"])
        #expect(reader.number("a") == 1234.5)
        #expect(reader.integer("b", in: 1...5) == 3)
        #expect(reader.integer("c", in: 1...5) == 3)
        for field in ["d", "e", "f"] { #expect(reader.number(field) == nil) }
        #expect(reader.faults.map(\.field) == ["d", "e", "f"])
    }

    @Test func wholeNumberOutsideItsRangeIsRefused() throws {
        let reader = try reader(["a": "6", "b": "2.5", "c": "99999999999999999999"])
        for field in ["a", "b", "c"] { #expect(reader.integer(field, in: 1...5) == nil) }
        #expect(reader.faults.allSatisfy { $0.reason == "must be a whole number from 1 to 5" })
        #expect(reader.faults.count == 3)
    }

    @Test func dayWithoutATimeIsOverAtItsEnd() throws {
        let reader = try reader(["a": "2026-11-30", "b": " 2026年11月30日 ", "c": "2026-11-30 00:00", "d": "soon"])
        let zone = try #require(TimeZoneRules("Asia/Shanghai"))
        let end = try #require(Timestamp("2026-12-01", in: zone)) - .milliseconds(1)
        #expect(reader.deadline("a") == end && reader.deadline("b") == end)
        #expect(reader.deadline("c") == Timestamp("2026-11-30", in: zone))
        #expect(reader.deadline("d") == nil && reader.faults.map(\.field) == ["d"])
    }

    @Test func listsAreSeparatedBySemicolonsOfEitherWidth() throws {
        let reader = try reader(["a": "一; 二；三;;", "b": "one, two"])
        #expect(reader.strings("a") == ["一", "二", "三"])
        #expect(reader.strings("b") == ["one, two"])
    }

    @Test func dottedFieldsMakeANestedObject() throws {
        let reader = try reader(["customer.phone": "1", "customer.name": "2", "customers": "3"])
        let nested = try #require(reader.object("customer"))
        #expect(nested.string("phone") == "1")
        nested.finish()
        #expect(nested.faults == [FieldFault(field: "customer.name", Term("没有这个字段", "no such field"))])
        reader.finish()
        #expect(reader.faults.map(\.field) == ["customers"])
    }

    @Test func blankTextIsNoValueInAText() throws {
        let reader = try reader(["a": " \t　", "b": ""])
        #expect(reader.string("a") == nil)
        #expect(reader.required("b") == nil)
        #expect(reader.faults == [FieldFault(field: "b", Term("缺少", "is missing"))])
    }

    @Test func blankTextIsAValueInJSON() throws {
        let reader = Reading(try json(#"{"a": "", "b": null}"#), source: .json, zone: .utc)
        #expect(reader.string("a") == "")
        #expect(reader.string("b") == nil)
        #expect(reader.required("b") == nil)
        #expect(reader.faults.map(\.field) == ["b"])
    }

    @Test func jsonsTypesAreNotMixed() throws {
        let object = try json(
            #"{"text": true, "whole": 7, "part": 7.5, "number": "3", "truth": "yes", "list": [1], "object": []}"#)
        let reader = Reading(object, source: .json, zone: .utc)
        #expect(reader.string("text") == nil)
        #expect(reader.string("whole") == "7")
        #expect(reader.string("part") == nil)
        #expect(reader.number("number") == nil)
        #expect(reader.truth("truth") == nil)
        #expect(reader.strings("list").isEmpty)
        #expect(reader.object("object") == nil)
        #expect(reader.faults.map(\.field) == ["text", "part", "number", "truth", "list[0]", "object"])
    }

    @Test func textsAreInNormalFormC() throws {
        let reader = try reader(["a": "cafe\u{301} ガ\u{1100}\u{1161}", "b": "漏水，ok。", "c": "\u{2126} \u{FA10}"])
        #expect(Array(try #require(reader.string("a")).unicodeScalars) == Array("café ガ가".unicodeScalars))
        #expect(reader.string("b") == "漏水，ok。")
        #expect(Array(try #require(reader.string("c")).unicodeScalars) == Array("\u{3A9} \u{585A}".unicodeScalars))
    }

    /// Each scalar alone and after a letter, against Foundation's normal form.
    @Test func quickCheckNeverMissesWhatNormalFormCChanges() throws {
        for value in UInt32(1)..<0x1_1000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a" + String(scalar) + "e"
            let reader = try reader(["a": text])
            let normal = text.precomposedStringWithCanonicalMapping
            guard let read = reader.string("a"), read.unicodeScalars.elementsEqual(normal.unicodeScalars) else {
                Issue.record("U+\(String(value, radix: 16))")
                return
            }
        }
    }

    @Test func boundsHoldForTextsAndLists() throws {
        let object: FormObject = [
            "long": .init(stringValue: String(repeating: "x", count: FormReader.stringLimit + 1)),
            "fits": .init(stringValue: String(repeating: "x", count: FormReader.stringLimit)),
            "zero": .init(stringValue: "a\0b"),
            "list": .init(listValue: .with { $0.values = Array(repeating: .init(stringValue: "x"), count: 65) }),
        ]
        let reader = Reading(object, source: .json, zone: .utc)
        #expect(reader.string("long") == nil)
        #expect(reader.string("fits") != nil)
        #expect(reader.string("zero") == nil)
        #expect(reader.strings("list").isEmpty)
        #expect(reader.faults.map(\.field) == ["long", "zero", "list"])
        #expect(reader.faults[0].reason == "has 1025 bytes; at most 1024 are taken")
    }

    @Test func unknownFieldIsRefusedWithTheNearestOne() throws {
        let reader = try reader(["catgeory": "x", "zzz": "y", "subject": "s"])
        _ = reader.string("category")
        _ = reader.string("subject")
        reader.finish()
        #expect(
            reader.faults == [
                FieldFault(field: "catgeory", Term("没有这个字段", "no such field")),
                FieldFault(field: "zzz", Term("没有这个字段", "no such field")),
            ])
        let prefix = try self.reader(["subj": "x"])
        _ = prefix.string("subject")
        prefix.finish()
        #expect(prefix.faults.first?.reason == "no such field; is subject meant?")
    }

    @Test func textIsListedAtMostSixtyFourTimes() throws {
        let reader = try reader(["tags": Array(repeating: "x", count: 65).joined(separator: ";")])
        #expect(reader.strings("tags").isEmpty)
        #expect(reader.faults.map(\.field) == ["tags"])
    }

    private func reader(_ fields: [String: String]) throws -> Reading {
        Reading(texts(fields), source: .text, zone: try zone("Asia/Shanghai"))
    }
}

/// A reader by reference: expectations cannot contain what changes a value.
private final class Reading {
    private var reader: FormReader

    init(_ fields: FormObject, source: FormSource, zone: TimeZoneRules) {
        reader = FormReader(fields, source: source, zone: zone)
    }

    private init(_ reader: FormReader) { self.reader = reader }

    var faults: [FieldFault] { reader.faults }
    func string(_ field: String) -> String? { reader.string(field) }
    func required(_ field: String) -> String? { reader.required(field) }
    func strings(_ field: String) -> [String] { reader.strings(field) }
    func number(_ field: String) -> Double? { reader.number(field) }
    func integer(_ field: String, in range: ClosedRange<Int>) -> Int? { reader.integer(field, in: range) }
    func truth(_ field: String) -> Bool? { reader.truth(field) }
    func deadline(_ field: String) -> Timestamp? { reader.deadline(field) }
    func object(_ field: String) -> Reading? { reader.object(field).map(Reading.init) }
    func finish() { reader.finish() }
}
