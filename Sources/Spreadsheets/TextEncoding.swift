/// How the characters of a spreadsheet's file are written as bytes.
package enum TextEncoding: String, Sendable, CaseIterable, CustomStringConvertible {
    case utf8 = "UTF-8"
    /// What Excel writes as "Unicode text".
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// The Chinese national standard; GBK and GB 2312, what Excel in China writes as CSV, are parts of it.
    case gb18030 = "GB18030"

    /// From the names that people use, in any case and with or without hyphens; nil for any other.
    package init?(named name: String) {
        switch name.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "utf8", "utf8bom", "utf8sig": self = .utf8
        case "utf16", "utf16le", "unicode": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "gb18030", "gbk", "gb2312", "cp936", "936", "ansi", "euccn": self = .gb18030
        default: return nil
        }
    }

    package var description: String { rawValue }

    /// The byte order mark that announces it.
    var mark: [UInt8] {
        switch self {
        case .utf8: [0xEF, 0xBB, 0xBF]
        case .utf16LittleEndian: [0xFF, 0xFE]
        case .utf16BigEndian: [0xFE, 0xFF]
        // U+FEFF in GB18030.
        case .gb18030: [0x84, 0x31, 0x95, 0x33]
        }
    }

    /// The greatest length of a mark.
    static let longestMark = 4

    /// The encoding whose mark the bytes begin with.
    static func announced(by bytes: [UInt8]) -> TextEncoding? { allCases.first { bytes.starts(with: $0.mark) } }
}

/// A file that begins with zero bytes: UTF-16 without its mark, or no text at all.
package struct UndecodableText: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the first zero byte, counted from 0 at the beginning of the file.
    package var offset: Int

    package var description: String {
        "line 1, byte \(offset): zero bytes; if the file is UTF-16 without a mark, say --encoding utf-16le or utf-16be"
    }
}
