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
/// is never taken for one.
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
    /// Decoded text that was not read yet begins at `start`.
    var pending: [UInt8] = []
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

    package init(_ options: Options = Options()) {
        decoder = TextDecoder(encoding: options.encoding)
        delimiter = options.delimiter
    }

    /// Takes the next bytes of the file and hands on what they complete.
    /// - Throws: `UndecodableText`, after everything before it was handed on; `UnreadableSpreadsheet`; what `take` throws.
    package mutating func feed(_ bytes: [UInt8], _ take: (CSVEvent) throws -> Void) throws {
        try feed(bytes.span, take)
    }

    /// The same from borrowed memory.
    package mutating func feed(_ bytes: Span<UInt8>, _ take: (CSVEvent) throws -> Void) throws {
        var place = 0
        while place < bytes.count {
            let next = min(place + Self.slice, bytes.count)
            do {
                try decoder.decode(bytes.extracting(place..<next), into: &pending)
            } catch {
                try read(isLast: false, take)
                throw error
            }
            if pending.count - start >= awaited { try read(isLast: false, take) }
            place = next
        }
    }

    /// The file is at its end: hands on what is left.
    package mutating func finish(_ take: (CSVEvent) throws -> Void) throws {
        do {
            try decoder.finish(into: &pending)
        } catch {
            try read(isLast: false, take)
            throw error
        }
        try read(isLast: true, take)
        guard case .rows = phase else { throw UnreadableSpreadsheet.empty }
    }

    private mutating func read(isLast: Bool, _ take: (CSVEvent) throws -> Void) throws {
        awaited = 0
        // Taken out, so that it can be borrowed while the rest changes.
        var bytes: [UInt8] = []
        swap(&bytes, &pending)
        defer {
            bytes.removeSubrange(..<start)
            start = 0
            swap(&bytes, &pending)
        }
        try readRows(bytes.span, isLast: isLast, take)
    }

    private mutating func readRows(_ bytes: Span<UInt8>, isLast: Bool, _ take: (CSVEvent) throws -> Void) throws {
        while start < bytes.count {
            if isSkipping { skipLine(bytes, isLast: isLast) }
            guard !isSkipping, start < bytes.count, settleDialect(bytes, isLast: isLast) else { return }
            let begin = line
            switch scanner.scan(bytes, from: start, isLast: isLast) {
            case .incomplete:
                awaited = (bytes.count - start) * 2
                return
            case .row(let next, let breaks):
                start = next
                line += breaks
                try hand(on: CSVRow(line: begin, bytes: scanner.cells, ends: scanner.ends), take)
            case .broken(let reason, let resume):
                try pass(bytes, resume)
                let fault = RowFault(line: begin, reason: RowFault.Reason(reason, line: begin))
                guard case .rows = phase else { throw UnreadableSpreadsheet.header(fault) }
                try take(.fault(fault))
            }
        }
    }

    private mutating func hand(on row: CSVRow, _ take: (CSVEvent) throws -> Void) throws {
        if row.isBlank() { return }
        guard case .rows(let columns) = phase else {
            let header = CSVHeader(names: row.cells, line: row.line, delimiter: scanner.delimiter)
            phase = .rows(columns: header.names.count)
            return try take(.header(header))
        }
        var fault: RowFault.Reason?
        if row.count > columns, !row.isBlank(from: columns) {
            fault = .surplusCells(found: row.count, expected: columns)
        } else if let brokenLine, row.count < columns {
            fault = .fragment(found: row.count, expected: columns, brokenLine: brokenLine)
        }
        try take(fault.map { .fault(RowFault(line: row.line, reason: $0)) } ?? .row(row))
    }
}
