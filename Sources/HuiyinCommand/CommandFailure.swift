import ArgumentParser
import Foundation
import Records

/// Why a command could not do what it was asked; printed as it is.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// How a command speaks to its caller.
enum Console {
    /// Whether the caller's locale is Chinese.
    static var isChinese: Bool { Say.shared.language == .chinese }

    /// One line on standard output, at once, so that a pipe's reader sees it.
    static func line(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// One line on standard error.
    static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// Chinese or English, by the caller's locale.
    static func say(_ chinese: @autoclosure () -> String, _ english: @autoclosure () -> String) -> String {
        isChinese ? chinese() : english()
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }

    /// The text in a colour on a terminal, as it is elsewhere.
    static func coloured(_ text: String, _ colour: Colour) -> String {
        isTerminal ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum Colour: Int { case bold = 1, dim = 2, red = 31, green = 32, yellow = 33, cyan = 36 }
}

/// A table for people: columns as wide as what stands in them, Chinese characters counted as two.
struct TextTable {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    func lines() -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == columns - 1 ? cell : cell + String(repeating: " ", count: widths[index] - Self.width(cell))
            }
            return cells.joined(separator: "  ")
        }
    }

    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            let isWide =
                (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xA4CF).contains(scalar.value)
                || (0xAC00...0xD7A3).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
                || (0xFE30...0xFE6F).contains(scalar.value) || (0xFF00...0xFF60).contains(scalar.value)
                || scalar.value >= 0x1F300
            return width + (isWide ? 2 : 1)
        }
    }
}
