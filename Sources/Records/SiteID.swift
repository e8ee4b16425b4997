/// A branch's identity, unique in the organisation: 1 to 64 of ASCII letters, digits, `.`, `_` and `-`, a letter or digit first.
///
/// What people call the branch is its name, of any script; the identifier is what keys, logs and files carry.
package struct SiteID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// Headquarters' own: what is written there stands in a log like any other's. No branch may be called so.
    package static let headquarters = SiteID(known: "hq")

    /// - Parameter text: keeps to the rules.
    private init(known text: String) { self.text = text }

    /// Throws what is wrong with the text.
    package init(_ text: String) throws(InvalidSiteID) {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count), let first = bytes.first, Self.isLetterOrDigit(first),
            bytes.allSatisfy({ Self.isLetterOrDigit($0) || [0x2E, 0x5F, 0x2D].contains($0) })
        else { throw InvalidSiteID(text: text) }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package static func < (left: SiteID, right: SiteID) -> Bool { left.text < right.text }

    package var description: String { text }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// A text that cannot name a site.
package struct InvalidSiteID: Error, CustomStringConvertible {
    package let text: String

    package var description: String {
        "\(text.debugDescription) cannot be a site id: use 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit"
    }
}
