import Foundation
import SwiftProtobuf
import Testing

@testable import Records

struct FormObjectTests {
    @Test func objectsAndArraysAreRead() throws {
        #expect(try json(#"{"a": 1, "b": {"c": ["d"]}}"#)["a"]?.numberValue == 1)
        #expect(try FormFaults.array(json: Data(#"[{"a": 1}, {}]"#.utf8)).count == 2)
    }

    @Test(arguments: [
        "", "{", "[]", "7", "null", #"{"a": 1}x"#, #"{"a": }"#, #"{'a': 1}"#, #"{"secret": "138000"#,
        String(repeating: #"{"a":"#, count: 5000) + "1" + String(repeating: "}", count: 5000),
    ])
    func whatIsNoObjectIsRefusedWithoutQuotingIt(text: String) {
        let error = #expect(throws: FormFaults.self) { try json(text) }
        #expect(error?.description.hasPrefix("not a JSON object in UTF-8: ") == true)
        #expect(error?.description.contains("138000") == false)
    }

    @Test func invalidUTF8IsRefused() {
        let bytes = Data(#"{"text": ""#.utf8) + Data([0xC3, 0x28]) + Data(#""}"#.utf8)
        let error = #expect(throws: FormFaults.self) { try FormFaults.object(json: bytes) }
        #expect(error?.description == "not a JSON object in UTF-8: byte 10 of it, 0xC3, is no UTF-8")
    }

    @Test func faultsSayTheirField() {
        let faults = FormFaults([
            FieldFault(field: "customer.phone", Term("不对", "is wrong")), FieldFault(field: "", Term("不行", "no")),
        ])
        #expect(faults.description == "customer.phone: is wrong; no")
    }
}
