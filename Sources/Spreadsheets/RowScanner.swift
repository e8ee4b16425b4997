/// Finds the cells of one row after RFC 4180, in bytes that are valid UTF-8.
///
/// A quote opens a cell only as its first character, or second after Excel's `=`; elsewhere it is a character like others.
struct RowScanner {
    enum Outcome {
        /// The row was read; the next begins at `next`, `breaks` lines further down.
        case row(next: Int, breaks: Int)
        /// The bytes end inside the row.
        case incomplete
        case broken(Break, resume: Resume)
    }

    enum Break {
        case unterminatedQuote, cellTooLong, rowTooLong, tooManyColumns
        /// So many lines below the row's first.
        case textAfterQuote(breaks: Int)
    }

    /// Where to look for the next row after a broken one.
    enum Resume {
        /// At the line below the row's first: a quote may have swallowed whole rows.
        case belowFirstLine
        /// At the end of the line that this place is in.
        case afterLine(of: Int)
    }

    /// The texts of the row's cells, one after the other, and where each ends.
    private(set) var cells: [UInt8] = []
    private(set) var ends: [Int32] = []

    let delimiter: CSVDelimiter

    init(delimiter: CSVDelimiter) { self.delimiter = delimiter }

    /// Whether the byte ends a cell without quotes.
    @inline(__always)
    private func isEnd(_ byte: UInt8) -> Bool {
        byte == delimiter.rawValue || byte == CSVByte.lineFeed || byte == CSVByte.carriageReturn
    }

    /// Reads the row that begins at `start`.
    /// - Parameter isLast: whether the file ends where `bytes` do.
    mutating func scan(_ bytes: Span<UInt8>, from start: Int, isLast: Bool) -> Outcome {
        cells.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        let count = bytes.count
        var place = start
        var breaks = 0
        while true {
            let cellStart = cells.count
            let isQuoted = place < count && bytes[unchecked: place] == CSVByte.quote
            let isFormula =
                place + 1 < count && bytes[unchecked: place] == CSVByte.equals
                && bytes[unchecked: place + 1] == CSVByte.quote
            if isQuoted || isFormula {
                if let outcome = quoted(bytes, &place, &breaks, isFormula: isFormula, isLast: isLast) { return outcome }
            } else {
                let from = place
                while place < count, !isEnd(bytes[unchecked: place]) { place += 1 }
                if place - from > CSVLimits.cellBytes { return .broken(.cellTooLong, resume: .afterLine(of: place)) }
                append(bytes, from..<place)
            }
            ends.append(Int32(truncatingIfNeeded: cells.count))
            if cells.count - cellStart > CSVLimits.cellBytes {
                return .broken(.cellTooLong, resume: .afterLine(of: place))
            }
            if cells.count > CSVLimits.rowBytes { return .broken(.rowTooLong, resume: .afterLine(of: place)) }
            if ends.count > CSVLimits.columns { return .broken(.tooManyColumns, resume: .afterLine(of: place)) }
            guard place < count else { return isLast ? .row(next: count, breaks: breaks) : .incomplete }
            switch bytes[unchecked: place] {
            case delimiter.rawValue: place += 1
            case CSVByte.lineFeed: return .row(next: place + 1, breaks: breaks + 1)
            default:
                guard place + 1 < count || isLast else { return .incomplete }
                let isPair = place + 1 < count && bytes[unchecked: place + 1] == CSVByte.lineFeed
                return .row(next: place + (isPair ? 2 : 1), breaks: breaks + 1)
            }
        }
    }

    /// Reads the quoted cell that begins at `place`, up to the byte that ends it. Nil when all is well.
    private mutating func quoted(
        _ bytes: Span<UInt8>, _ place: inout Int, _ breaks: inout Int, isFormula: Bool, isLast: Bool
    ) -> Outcome? {
        let count = bytes.count
        let cellStart = cells.count
        if isFormula { cells += [CSVByte.equals, CSVByte.quote] }
        place += isFormula ? 2 : 1
        while true {
            let from = place
            while place < count, bytes[unchecked: place] != CSVByte.quote {
                let byte = bytes[unchecked: place]
                place += 1
                if byte == CSVByte.lineFeed { breaks += 1 }
                if byte == CSVByte.carriageReturn, place >= count || bytes[unchecked: place] != CSVByte.lineFeed {
                    breaks += 1
                }
            }
            append(bytes, from..<place)
            if cells.count - cellStart > CSVLimits.cellBytes { return .broken(.cellTooLong, resume: .belowFirstLine) }
            if cells.count > CSVLimits.rowBytes { return .broken(.rowTooLong, resume: .belowFirstLine) }
            guard place < count else {
                return isLast ? .broken(.unterminatedQuote, resume: .belowFirstLine) : .incomplete
            }
            guard place + 1 < count || isLast else { return .incomplete }
            place += 1
            guard place < count, bytes[unchecked: place] == CSVByte.quote else { break }
            cells.append(CSVByte.quote)
            place += 1
        }
        if isFormula { cells.append(CSVByte.quote) }
        while place < count, bytes[unchecked: place] == CSVByte.space { place += 1 }
        if place < count, !isEnd(bytes[unchecked: place]) {
            return .broken(.textAfterQuote(breaks: breaks), resume: .belowFirstLine)
        }
        return nil
    }

    private mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        bytes.extracting(unchecked: range).withUnsafeBufferPointer { cells.append(contentsOf: $0) }
    }
}

extension Span<UInt8> {
    /// The place after the line break that ends the line in which `place` is; nil when no line break ends it here.
    /// A CR at the very end counts only when the file ends there: LF may follow.
    func lineEnd(from place: Int, isLast: Bool) -> Int? {
        var place = place
        while place < count {
            let byte = self[unchecked: place]
            place += 1
            if byte == CSVByte.lineFeed { return place }
            guard byte == CSVByte.carriageReturn else { continue }
            guard place < count else { return isLast ? place : nil }
            return self[unchecked: place] == CSVByte.lineFeed ? place + 1 : place
        }
        return nil
    }
}
