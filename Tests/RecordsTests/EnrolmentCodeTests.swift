import Foundation
import Testing

@testable import Records

struct EnrolmentCodeTests {
    private static func code() -> EnrolmentCode {
        var code = EnrolmentCode()
        code.site = "riverside"
        code.endpoints = ["tcp://hq.example:7411"]
        code.curveKey = Data(repeating: 1, count: 32)
        code.receiptKey = Data(repeating: 2, count: 32)
        code.secret = Data(repeating: 3, count: 16)
        code.expiresAt = 1_700_000_000_000
        return code
    }

    @Test func aCodeComesBackFromItsText() throws {
        let text = try Self.code().text()
        #expect(text.hasPrefix("huiyin-1-"))
        #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
        #expect(try EnrolmentCode(text: " \(text)\n") == Self.code())
    }

    @Test func aTextThatIsNoCodeIsNamedAsSuch() {
        for text in ["", "huiyin", "请加入", "HUIYIN-1-abc"] {
            #expect(throws: EnrolmentCodeFault.notACode) { try EnrolmentCode(text: text) }
        }
    }

    @Test func everyCharacterThatIsLostOrChangedIsNoticed() throws {
        let text = Array(try Self.code().text())
        for index in EnrolmentCode.prefix.count..<text.count {
            var shorter = text
            shorter.remove(at: index)
            #expect(throws: EnrolmentCodeFault.damaged) { try EnrolmentCode(text: String(shorter)) }
            // The last one carries bits that stand for nothing.
            guard index < text.count - 1 else { continue }
            var changed = text
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(throws: EnrolmentCodeFault.damaged) { try EnrolmentCode(text: String(changed)) }
        }
    }

    @Test func aCodeWithoutAPartIsDamaged() throws {
        let lacking: [(inout EnrolmentCode) -> Void] = [
            { $0.site = "" }, { $0.endpoints = [] }, { $0.curveKey = Data() }, { $0.receiptKey = Data([1]) },
            { $0.secret = Data(repeating: 3, count: 15) },
        ]
        for remove in lacking {
            var code = Self.code()
            remove(&code)
            let text = try code.text()
            #expect(throws: EnrolmentCodeFault.damaged) { try EnrolmentCode(text: text) }
        }
    }
}
