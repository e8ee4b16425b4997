/// Where the reader stands between rows: before the first one, and after a broken one.
extension CSVReader {
    /// Finds out what delimits cells. False when more bytes are needed for that.
    mutating func settleDialect(_ bytes: Span<UInt8>, isLast: Bool) -> Bool {
        while case .start = phase {
            let isLong = bytes.count - start > CSVLimits.rowBytes
            guard let end = bytes.lineEnd(from: start, isLast: isLast) ?? (isLast || isLong ? bytes.count : nil)
            else { return false }
            let first = bytes.extracting(start..<end)
            if let stated = CSVDelimiter(separatorLine: first) {
                if delimiter == nil { delimiter = stated }
            } else if !CellText.isBlank(first) {
                let header = bytes.extracting(droppingFirst: start)
                guard let found = delimiter ?? CSVDelimiter(ofHeader: header, isLast: isLast) else { return false }
                scanner = RowScanner(delimiter: found)
                phase = .header
                break
            }
            start = end
            line += 1
            if start == bytes.count { return false }
        }
        return true
    }

    /// Moves on after a broken row.
    mutating func pass(_ bytes: Span<UInt8>, _ resume: RowScanner.Resume) throws(UnreadableSpreadsheet) {
        isSkipping = true
        switch resume {
        case .belowFirstLine:
            brokenRows += 1
            brokenLine = line
            if brokenRows > CSVLimits.brokenRows { throw .tooManyBrokenRows(line: line) }
        case .afterLine(let place):
            while let end = bytes.lineEnd(from: start, isLast: false), end <= place {
                start = end
                line += 1
            }
        }
    }

    /// What is wrong with the row at `start`, which ends before `end`, when bytes of it are damaged.
    func damage(_ bytes: Span<UInt8>, before end: Int) -> RowFault.Reason? {
        guard let damage = text.damage(in: start..<end) else { return nil }
        var at = line
        var place = start
        while let next = bytes.lineEnd(from: place, isLast: false), next <= damage.place {
            place = next
            at += 1
        }
        return .damaged(damage.what, at: at)
    }

    /// Whether the row has neither fewer cells than the header nor more.
    func hasAllCells(_ row: CSVRow) -> Bool {
        guard case .rows(let columns) = phase else { return true }
        return row.count >= columns && row.isBlank(from: columns)
    }

    /// Moves to the end of the line, or of what there is of it.
    mutating func skipLine(_ bytes: Span<UInt8>, isLast: Bool) {
        if let end = bytes.lineEnd(from: start, isLast: isLast) {
            start = end
            line += 1
            isSkipping = false
        } else {
            // A CR at the very end stays: LF may follow it.
            start = bytes[bytes.count - 1] == CSVByte.carriageReturn && !isLast ? bytes.count - 1 : bytes.count
        }
    }
}

extension RowFault.Reason {
    /// - Parameter line: the one that the row begins in.
    init(_ reason: RowScanner.Break, line: Int) {
        switch reason {
        case .unterminatedQuote: self = .unterminatedQuote
        case .textAfterQuote(let breaks): self = .textAfterQuote(at: line + breaks)
        case .cellTooLong: self = .cellTooLong
        case .rowTooLong: self = .rowTooLong
        case .tooManyColumns: self = .tooManyColumns
        }
    }
}
