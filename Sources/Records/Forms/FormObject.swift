package import Foundation
package import SwiftProtobuf

/// A form as it was filled in: field names and values, before anything is believed.
///
/// JSON's value type is the one of the protobuf library, whose parser is strict about UTF-8 and depth.
package typealias FormObject = [String: Google_Protobuf_Value]

/// Where a form came from decides how its values are read.
package enum FormSource: Sendable {
    /// Numbers are numbers and truth values are truth values.
    case json
    /// Everything is text (a spreadsheet, a command line): `3` is a number, `是` and `yes` are true.
    case text
}

/// What is wrong with one field of a form.
package struct FieldFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's path, for example `customer.phone` or `problems[1].category`; empty when the form as a whole is meant.
    package var field: String
    /// What is wrong and what would be right, in English. Never quotes a customer's words or numbers.
    package var reason: String
    /// The same in Chinese.
    package var chinese: String

    package init(field: String, reason: String, chinese: String) {
        self.field = field
        self.reason = reason
        self.chinese = chinese
    }

    package init(field: String, _ reason: Term) {
        self.init(field: field, reason: reason.english, chinese: reason.chinese)
    }

    package var description: String { text(.english) }

    /// Field and reason.
    package func text(_ language: Language) -> String {
        let reason = language == .chinese ? chinese : reason
        return field.isEmpty ? reason : field + (language == .chinese ? "：" : ": ") + reason
    }
}

/// Everything that is wrong with a form, all at once.
package struct FormFaults: Error, Sendable, CustomStringConvertible {
    package var faults: [FieldFault]

    package init(_ faults: [FieldFault]) { self.faults = faults }

    package var description: String { text(.english) }

    /// Every fault in one line.
    package func text(_ language: Language) -> String {
        faults.map { $0.text(language) }.joined(separator: language == .chinese ? "；" : "; ")
    }
}

extension FormFaults {
    /// A form from the bytes of one JSON object.
    package static func object(json: Data) throws(FormFaults) -> FormObject {
        do {
            return try Google_Protobuf_Struct(jsonUTF8Data: json, options: options).fields
        } catch {
            let reason = damagedByte(in: json) ?? reason(error)
            throw FormFaults([
                FieldFault(
                    field: "",
                    Term("不是 UTF-8 的 JSON 对象：\(reason.chinese)", "not a JSON object in UTF-8: \(reason.english)"))
            ])
        }
    }

    /// The elements of a JSON array of objects.
    package static func array(json: Data) throws(FormFaults) -> [Google_Protobuf_Value] {
        do {
            return try Google_Protobuf_ListValue(jsonUTF8Data: json, options: options).values
        } catch {
            let reason = reason(error)
            throw FormFaults([
                FieldFault(
                    field: "",
                    Term("不是 UTF-8 的 JSON 数组：\(reason.chinese)", "not a JSON array in UTF-8: \(reason.english)"))
            ])
        }
    }

    private static var options: JSONDecodingOptions {
        var options = JSONDecodingOptions()
        options.messageDepthLimit = 32
        return options
    }

    /// Which byte is no UTF-8; nil when all are.
    private static func damagedByte(in json: Data) -> Term? {
        let bytes = Array(json)
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            let place = error.byteOffsets.lowerBound
            let byte = "0x" + String(bytes[place], radix: 16, uppercase: true)
            return Term("其第 \(place) 字节 \(byte) 不是 UTF-8", "byte \(place) of it, \(byte), is no UTF-8")
        }
    }

    /// The library's words without the input that they might quote.
    private static func reason(_ error: any Error) -> Term {
        switch error as? JSONDecodingError {
        case .truncated: Term("没有写完就结束了", "it ends too early")
        case .invalidUTF8: Term("不是有效的 UTF-8", "it is not valid UTF-8")
        case .trailingGarbage: Term("结尾之后还有内容", "something follows its end")
        case .messageDepthLimit: Term("嵌套太深", "it is nested too deeply")
        case .illegalNull: Term("该有值的地方是 null", "null where a value must be")
        default: Term("格式不对", "it is malformed")
        }
    }
}
