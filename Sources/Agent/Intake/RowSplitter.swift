import Records

/// One row of a body, where it begins and what it is.
struct IntakeRow: Sendable {
    enum Content: Sendable {
        /// The bytes of one JSON value, within the chunk.
        case bytes(Range<Int>)
        /// The row has more bytes than `RowSplitter.rowLimit`; they were not kept.
        case tooLong
        /// The body breaks off or is no sequence of JSON values from here on; the rest was not read.
        case broken(Term)
    }

    /// 1 is the body's first line.
    var line: Int
    var content: Content
}

/// Some whole rows and the bytes that they stand in.
struct RowChunk: Sendable {
    var bytes: [UInt8] = []
    var rows: [IntakeRow] = []
}

/// Cuts a body into rows while it arrives, without parsing them: an array's elements, lines, or one value after the other.
///
/// Holds at most a chunk, one row and what was fed last.
struct RowSplitter {
    /// How rows are told apart.
    enum Framing: Sendable {
        /// One row each line (NDJSON): a broken row ends with its line.
        case lines
        /// An array's elements where the body begins with `[`, else one value after the other.
        case values
    }

    /// Greatest number of rows of a chunk.
    static let chunkRows = 500
    /// A chunk is cut when it has so many bytes.
    static let chunkBytes = 1 << 20
    /// Greatest number of bytes of a row.
    static let rowLimit = 1 << 20

    private let framing: Framing
    private var buffer: [UInt8] = []
    private var rows: [IntakeRow] = []
    /// Everything before it was looked at.
    private var position = 0
    private var line = 1
    /// The row that is being read.
    private var row: (start: Int, line: Int, isTooLong: Bool)?
    /// Within a value: how deep, and whether in a string.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var array = ArrayState.undecided
    private var isBroken = false

    /// Where reading stands outside of any element.
    private enum ArrayState { case undecided, none, beforeFirst, afterElement, afterComma, closed }

    init(_ framing: Framing) { self.framing = framing }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !isBroken else { return }
        buffer.append(contentsOf: bytes)
    }

    /// The next chunk; nil when more bytes are needed for it, or at the end when there is none.
    mutating func next(isEnd: Bool = false) -> RowChunk? {
        switch framing {
        case .lines: scanLines(isEnd: isEnd)
        case .values: scanValues(isEnd: isEnd)
        }
        let kept = row.map { $0.isTooLong ? position : $0.start } ?? position
        let isFull = rows.count >= Self.chunkRows || kept >= Self.chunkBytes
        if row?.isTooLong == true || rows.isEmpty {
            // Nothing of it is needed: white space, or a row that is skipped.
            drop(kept)
        }
        guard !rows.isEmpty, isFull || isEnd else { return nil }
        var chunk = RowChunk(rows: rows)
        let rest = Array(buffer[kept...])
        buffer.removeSubrange(kept...)
        chunk.bytes = buffer
        buffer = rest
        moved(by: kept)
        rows = []
        return chunk
    }

    private mutating func drop(_ count: Int) {
        guard count > 0, rows.isEmpty else { return }
        buffer.removeSubrange(..<count)
        moved(by: count)
    }

    private mutating func moved(by count: Int) {
        position -= count
        if let open = row { row = (max(0, open.start - count), open.line, open.isTooLong) }
    }

    // MARK: Lines

    private mutating func scanLines(isEnd: Bool) {
        while rows.count < Self.chunkRows, position < buffer.count {
            let end = buffer.withUnsafeBufferPointer { $0[position...].firstIndex(of: 0x0A) } ?? buffer.count
            if row == nil { row = (position, line, false) }
            position = end
            markIfTooLong()
            guard end < buffer.count else { break }
            endLine()
            position += 1
            line += 1
        }
        if isEnd, position == buffer.count, rows.count < Self.chunkRows { endLine() }
    }

    private mutating func endLine() {
        guard let open = row else { return }
        row = nil
        if open.isTooLong { return rows.append(IntakeRow(line: open.line, content: .tooLong)) }
        var range = open.start..<position
        while let last = range.last, Self.isSpace(buffer[last]) { range = range.dropLast() }
        while let first = range.first, Self.isSpace(buffer[first]) { range = range.dropFirst() }
        if open.line == 1, buffer[range].starts(with: Self.byteOrderMark) { range = range.dropFirst(3) }
        if !range.isEmpty { rows.append(IntakeRow(line: open.line, content: .bytes(range))) }
    }

    private mutating func markIfTooLong() {
        guard let open = row, !open.isTooLong, position - open.start > Self.rowLimit else { return }
        row?.isTooLong = true
    }

    // MARK: Values

    private mutating func scanValues(isEnd: Bool) {
        // A second reference, so that this structure may change while the bytes are looked at.
        let held = buffer
        held.withUnsafeBufferPointer { bytes in
            while rows.count < Self.chunkRows, position < bytes.count, !isBroken {
                if row != nil {
                    scanWithin(bytes)
                } else if !isEnd, array == .undecided, Self.isPartOfByteOrderMark(bytes[position...]) {
                    return
                } else {
                    scanBetween(bytes)
                }
            }
        }
        markIfTooLong()
        guard isEnd, position == buffer.count, rows.count < Self.chunkRows, !isBroken else { return }
        if let open = row {
            row = nil
            fail(Term("正文在一条记录中间结束", "the body ends within a record"), line: open.line)
        } else if [.beforeFirst, .afterElement, .afterComma].contains(array) {
            fail(Term("正文在数组关闭之前结束", "the body ends before the array is closed"), line: line)
        }
    }

    private mutating func scanBetween(_ bytes: UnsafeBufferPointer<UInt8>) {
        let byte = bytes[position]
        switch byte {
        case 0x0A: line += 1
        case 0x20, 0x09, 0x0D: break
        case 0xEF where array == .undecided && bytes[position...].starts(with: Self.byteOrderMark): position += 2
        case UInt8(ascii: "[") where array == .undecided: array = .beforeFirst
        case UInt8(ascii: "]") where array == .beforeFirst || array == .afterElement: array = .closed
        case UInt8(ascii: ",") where array == .afterElement: array = .afterComma
        default: return begin(bytes)
        }
        position += 1
    }

    private mutating func begin(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch array {
        case .undecided: array = .none
        case .none, .beforeFirst, .afterComma: break
        case .afterElement:
            return fail(Term("数组中两条记录之间缺少逗号", "a comma is missing between two records of the array"), line: line)
        case .closed: return fail(Term("数组结束之后还有内容", "something follows the array's end"), line: line)
        }
        guard bytes[position] == UInt8(ascii: "{") else {
            return fail(Term("一条记录必须是 JSON 对象", "a record must be a JSON object"), line: line)
        }
        row = (position, line, false)
    }

    private mutating func scanWithin(_ bytes: UnsafeBufferPointer<UInt8>) {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return endValue() }
            case 0x0A: line += 1
            default: break
            }
        }
    }

    private mutating func endValue() {
        markIfTooLong()
        guard let open = row else { return }
        row = nil
        rows.append(IntakeRow(line: open.line, content: open.isTooLong ? .tooLong : .bytes(open.start..<position)))
        if array != .none { array = .afterElement }
    }

    private mutating func fail(_ reason: Term, line: Int) {
        rows.append(IntakeRow(line: line, content: .broken(reason)))
        isBroken = true
        position = buffer.count
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether what follows may turn out to be one.
    private static func isPartOfByteOrderMark(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        bytes.count < byteOrderMark.count && byteOrderMark.starts(with: bytes)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
