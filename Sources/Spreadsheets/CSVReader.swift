/// What a `CSVReader` finds, in the order of the file.
package enum CSVEvent: Sendable {
    /// Comes once, before all others.
    case header(CSVHeader)
    case row(CSVRow)
    case fault(RowFault)
}

/// Reads a spreadsheet that comes in chunks of any size, in bounded memory: RFC 4180, and what spreadsheet programs make of it.
///
/// Rows without content are left out. A row that cannot be read is a fault, and reading goes on: where a quote may have
/// swallowed rows, at the line below; from then on a row needs as many cells as the header, so that a piece of a broken row
/// is never taken for one. Bytes that are no text cost the row that they are in, and a row right behind it that is too short.
package struct CSVReader: ~Copyable {
    package struct Options: Sendable {
        /// Overrides what would be detected.
        package var encoding: TextEncoding?
        /// Overrides what would be detected.
        package var delimiter: CSVDelimiter?

        package init(encoding: TextEncoding? = nil, delimiter: CSVDelimiter? = nil) {
            self.encoding = encoding
            self.delimiter = delimiter
        }
    }

    /// What the file turned out to be; nil as long as everything is ASCII.
    package var encoding: TextEncoding? { decoder.encoding }

    enum Phase {
        /// The first line may say `sep=;`.
        case start
        case header
        case rows(columns: Int)
    }

    /// Bytes taken at a time, so that a caller who hands over a whole file still needs little memory.
    private static let slice = 262_144

    private var decoder: TextDecoder
    var delimiter: CSVDelimiter?
    var scanner = RowScanner(delimiter: .comma)
    var phase = Phase.start
    /// Decoded text, of which what was not read yet begins at `start`.
    var text = DecodedText()
    var start = 0
    /// The line that `start` is in.
    var line = 1
    /// A new attempt is worth it only with so many bytes: keeps long rows in short chunks linear.
    private var awaited = 0
    /// The rest of the line belongs to a broken row.
    var isSkipping = false
    var brokenRows = 0
    /// Where the last row with broken quotes began.
    var brokenLine: Int?
    /// Where the last row with damaged bytes began; nil again when a whole row came after it.
    var damagedLine: Int?
    private var rows = 0
    private var damagedRows = 0

    package init(_ options: Options = Options()) {
        decoder = TextDecoder(encoding: options.encoding)
        delimiter = options.delimiter
    }

    /// Takes the next bytes of the file and hands on what they complete.
    /// - Throws: `UndecodableText`; `UnreadableSpreadsheet`; what `take` throws.
    package mutating func feed(_ bytes: [UInt8], _ take: (CSVEvent) throws -> Void) throws {
        try feed(bytes.span, take)
    }

    /// The same from borrowed memory.
    package mutating func feed(_ bytes: Span<UInt8>, _ take: (CSVEvent) throws -> Void) throws {
        var place = 0
        while place < bytes.count {
            let next = min(place + Self.slice, bytes.count)
            try decoder.decode(bytes.extracting(place..<next), into: &text)
            if text.bytes.count - start >= awaited { try read(isLast: false, take) }
            place = next
        }
    }

    /// The file is at its end: hands on what is left.
    package mutating func finish(_ take: (CSVEvent) throws -> Void) throws {
        try decoder.finish(into: &text)
        try read(isLast: true, take)
        guard case .rows = phase else { throw UnreadableSpreadsheet.empty }
    }

    private mutating func read(isLast: Bool, _ take: (CSVEvent) throws -> Void) throws {
        awaited = 0
        // Taken out, so that it can be borrowed while the rest changes.
        var bytes: [UInt8] = []
        swap(&bytes, &text.bytes)
        defer {
            swap(&bytes, &text.bytes)
            text.drop(first: start)
            start = 0
        }
        try readRows(bytes.span, isLast: isLast, take)
    }

    private mutating func readRows(_ bytes: Span<UInt8>, isLast: Bool, _ take: (CSVEvent) throws -> Void) throws {
        while start < bytes.count {
            if isSkipping { skipLine(bytes, isLast: isLast) }
            guard !isSkipping, start < bytes.count else { return }
            guard settleDialect(bytes, isLast: isLast) else {
                awaited = (bytes.count - start) * 2
                return
            }
            let begin = line
            switch scanner.scan(bytes, from: start, isLast: isLast) {
            case .incomplete:
                awaited = (bytes.count - start) * 2
                return
            case .row(let next, let breaks):
                let row = CSVRow(line: begin, bytes: scanner.cells, ends: scanner.ends)
                if let damage = damage(bytes, before: next) {
                    // A damaged quote may have made one row of several.
                    if breaks > 1, !hasAllCells(row) {
                        try pass(bytes, .belowFirstLine)
                    } else {
                        move(to: next, breaks)
                    }
                    try refuse(RowFault(line: begin, reason: damage, cells: row), take)
                } else {
                    move(to: next, breaks)
                    try hand(on: row, take)
                }
            case .broken(let reason, let resume):
                // Whether bytes of its line are damaged must not depend on how much of the line is here already.
                let end = bytes.lineEnd(from: start, isLast: isLast)
                guard end != nil || isLast || bytes.count - start > CSVLimits.rowBytes else {
                    awaited = (bytes.count - start) * 2
                    return
                }
                let damage = damage(bytes, before: min(end ?? bytes.count, start + CSVLimits.rowBytes))
                try pass(bytes, resume)
                try refuse(RowFault(line: begin, reason: damage ?? RowFault.Reason(reason, line: begin)), take)
            }
            rows += 1
            text.passDamages(before: start)
        }
    }

    private mutating func move(to next: Int, _ breaks: Int) {
        start = next
        line += breaks
    }

    private mutating func refuse(_ fault: RowFault, _ take: (CSVEvent) throws -> Void) throws {
        guard case .rows = phase else { throw UnreadableSpreadsheet.header(fault) }
        try take(.fault(fault))
        guard case .damaged(let damaged, _) = fault.reason else { return }
        damagedLine = fault.line
        damagedRows += 1
        if damagedRows > CSVLimits.damagedRows, damagedRows > rows / 2 {
            throw UnreadableSpreadsheet.tooManyDamagedRows(line: fault.line, encoding: damaged.encoding)
        }
    }

    private mutating func hand(on row: CSVRow, _ take: (CSVEvent) throws -> Void) throws {
        if row.isBlank() { return }
        guard case .rows(let columns) = phase else {
            let header = CSVHeader(names: row.cells, line: row.line, delimiter: scanner.delimiter)
            phase = .rows(columns: header.names.count)
            return try take(.header(header))
        }
        if row.showsDamage { return try take(.fault(RowFault(line: row.line, reason: .notMended, cells: row))) }
        var fault: RowFault.Reason?
        if row.count > columns, !row.isBlank(from: columns) {
            fault = .surplusCells(found: row.count, expected: columns)
        } else if let broken = brokenLine ?? damagedLine, row.count < columns {
            fault = .fragment(found: row.count, expected: columns, brokenLine: broken)
        }
        if row.count >= columns { damagedLine = nil }
        try take(fault.map { .fault(RowFault(line: row.line, reason: $0)) } ?? .row(row))
    }
}
