import Foundation
import Handbooks
import Records
import Recurrence
import Spreadsheets

/// A spreadsheet whose rows are texts to be grouped. Only the columns that were named are looked at.
struct TextSheet {
    /// What was asked for.
    struct Columns {
        /// The first one is the title where there are several.
        var texts: [String]
        var time: String?
        var customer: String?
        var site: String?
        var id: String?
    }

    /// Where they are in the file.
    private struct Places {
        var texts: [Int] = []
        var time: Int?
        var customer: Int?
        var site: Int?
        var id: Int?
    }

    let header: CSVHeader
    private(set) var rows: [CSVRow] = []
    /// One for each row, numbered as these are.
    private(set) var texts: [IssueText] = []
    /// Rows that have a moment: only they count for the hot rule.
    private(set) var timed: [Bool] = []
    /// What each row is called, by its column or its number.
    private(set) var ids: [String] = []
    /// Rows that cannot be read, and moments that are none.
    private(set) var faults: [String] = []
    private(set) var unreadable = 0
    private(set) var untimed = 0
    private let places: Places
    private let zone: TimeZoneRules
    private let dates: DateOrder?

    /// Faults that are told one by one.
    private static let toldFaults = 20
    /// A row and its texts are kept in memory: beyond this the grouping would not fit either.
    private static let mostRows = 1_000_000

    /// Reads a whole file.
    /// - Parameter progress: called with the part of the bytes that was read, 0 to 1.
    static func read(
        _ path: String, _ columns: Columns, csv: CSVReader.Options, zone: TimeZoneRules, dates: DateOrder?,
        progress: (Double) -> Void = { _ in }
    ) throws -> TextSheet {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { try? file.close() }  // It was only read.
        let size = (try? file.seekToEnd()) ?? 0
        if size > 0 { try file.seek(toOffset: 0) }
        var reader = CSVReader(csv)
        var sheet: TextSheet?
        var done: UInt64 = 0
        let take: (CSVEvent) throws -> Void = { event in
            switch event {
            case .header(let header):
                sheet = try TextSheet(header, columns, file: path, zone: zone, dates: dates)
            case .row(let row): try sheet?.add(row)
            case .fault(let fault): sheet?.add(fault)
            }
        }
        do {
            while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
                try reader.feed(Array(chunk), take)
                done += UInt64(chunk.count)
                progress(size > 0 ? min(1, Double(done) / Double(size)) : 0)
            }
            try reader.finish(take)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
        guard let sheet else { throw CommandFailure("\(path): the file is empty") }
        return sheet
    }

    private init(
        _ header: CSVHeader, _ columns: Columns, file: String, zone: TimeZoneRules, dates: DateOrder?
    ) throws {
        self.header = header
        self.zone = zone
        self.dates = dates
        let find = { (name: String?) in try name.map { try Self.place($0, header, file) } }
        var places = Places()
        places.texts = try columns.texts.map { try Self.place($0, header, file) }
        places.time = try find(columns.time)
        places.customer = try find(columns.customer)
        places.site = try find(columns.site)
        places.id = try find(columns.id) ?? header.names.firstIndex(of: "id")
        self.places = places
    }

    private static func place(_ name: String, _ header: CSVHeader, _ file: String) throws -> Int {
        let found = header.names.indices.filter { header.names[$0] == name }
        if found.count > 1 { throw CommandFailure("\(file): several columns are called “\(name)”; rename them") }
        if let place = found.first { return place }
        let near = header.names.nearest(to: name).map { "; did you mean “\($0)”?" } ?? ""
        let all = header.names.filter { !$0.isEmpty }.joined(separator: ", ")
        throw CommandFailure("\(file): there is no column “\(name)”\(near) The columns are: \(all)")
    }

    private mutating func add(_ row: CSVRow) throws {
        guard rows.count < Self.mostRows else {
            throw CommandFailure("more than \(Self.mostRows) rows; divide the file, for example by year")
        }
        let number = rows.count + 1
        let moment = moment(row)
        let parts = places.texts.map { row.plain($0) }
        rows.append(row)
        timed.append(moment != nil)
        ids.append(places.id.map { row.plain($0) }.flatMap { $0.isEmpty ? nil : $0 } ?? String(number))
        texts.append(
            IssueText(
                id: RecordID(high: 0, low: UInt64(number)), time: moment?.milliseconds ?? 0,
                site: places.site.map { row.plain($0) } ?? "", title: parts[0],
                body: parts.dropFirst().joined(separator: "\n"),
                complainant: places.customer.map { row.plain($0) }.flatMap { $0.isEmpty ? nil : $0 }))
    }

    private mutating func moment(_ row: CSVRow) -> Timestamp? {
        guard let place = places.time else { return nil }
        do {
            let moment = try DateCell.moment(row.plain(place), field: header.names[place], order: dates, zone: zone)
            if moment == nil { untimed += 1 }
            return moment
        } catch {
            untimed += 1
            tell("line \(row.line): \(error)")
            return nil
        }
    }

    private mutating func add(_ fault: RowFault) {
        unreadable += 1
        tell("\(fault)")
    }

    private mutating func tell(_ fault: String) {
        if faults.count < Self.toldFaults { faults.append(fault) }
    }
}
