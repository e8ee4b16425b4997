import Crypto
import Foundation
import SwiftProtobuf

/// A text that is no enrolment code. Never quotes it, since it may be a secret.
package enum EnrolmentCodeFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// It does not begin as codes do.
    case notACode
    /// A character or more was changed or lost.
    case damaged

    package var description: String {
        switch self {
        case .notACode:
            "that is no enrolment code: one begins with \(EnrolmentCode.prefix), as `huiyin site add` prints it"
        case .damaged: "the enrolment code was not copied whole: copy it again, from \(EnrolmentCode.prefix) to its end"
        }
    }
}

extension EnrolmentCode {
    /// How every code begins; the number is its version.
    package static let prefix = "huiyin-1-"
    /// How long a secret is.
    package static let secretLength = 16
    private static let checkLength = 4

    /// One line without spaces, safe in a shell.
    package func text() throws -> String {
        let content = try serializedData()
        let bytes = content + SHA256.hash(data: content).prefix(Self.checkLength)
        return Self.prefix
            + bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// From its text, white space around it allowed.
    package init(text: String) throws(EnrolmentCodeFault) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.hasPrefix(Self.prefix) else { throw .notACode }
        var base64 = text.dropFirst(Self.prefix.count).replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let bytes = Data(base64Encoded: String(base64)), bytes.count > Self.checkLength else { throw .damaged }
        let content = Data(bytes.dropLast(Self.checkLength))
        guard Array(SHA256.hash(data: content).prefix(Self.checkLength)) == Array(bytes.suffix(Self.checkLength)),
            let code = try? EnrolmentCode(serializedBytes: content),  // damaged, for whatever reason
            (try? SiteID(code.site)) != nil, code.curveKey.count == 32, code.receiptKey.count == 32,
            code.secret.count == Self.secretLength, !code.endpoints.isEmpty
        else { throw .damaged }
        self = code
    }
}
