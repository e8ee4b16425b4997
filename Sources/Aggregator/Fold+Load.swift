import Handbooks
import Records
import Rules
import Storage

/// How busy sites are, and what comes of it. (domain: neglect and reaction.)
extension Fold {
    /// Sets or withdraws the flag of a load note as it stands.
    func judgeLoad(_ id: RecordID, _ writer: ViewWriter) throws {
        guard let row = try writer.existing(id), let record = try record(row) else { return }
        let subject = Flag.identity(.overload, subject: id.description, key: "")
        let flag = row.isRetracted ? nil : LoadRules.flag(of: record, under: handbook)
        try writer.setFlags(try flag.map { [try FlagRow($0, subject: subject)] } ?? [], of: subject) {
            $0.withdrawn(by: nil)
        }
    }

    /// How far back days are looked at.
    private static let studied: Duration = .seconds(366 * 86_400)

    /// Each site's complaints against its load over the year before `now`, in the order of the sites.
    func loadReport(at now: Timestamp) throws -> [LoadReport] {
        let range = now - Self.studied..<now
        let complaints = try views.complaintsByDay(in: range, zone: handbook.zone)
        var days: [SiteID: [Int: LoadedDay]] = [:]
        for row in try views.loadNotes(in: range) {
            guard let record = try record(row), case .load(let note) = record.facts.body else { continue }
            let day = handbook.zone.day(of: row.occurred)
            // Of several notes of a day the latest stands: they come in the order of time.
            days[row.site, default: [:]][day] = LoadedDay(
                visitors: Int(note.visitors), capacity: Int(note.capacity),
                complaints: complaints[row.site.text]?[day] ?? 0)
        }
        return days.sorted { $0.key < $1.key }.map { LoadReport($0.key, LoadStudy(Array($0.value.values))) }
    }
}

/// `load.report`: a site's complaints against its load.
package struct LoadReport: Codable, Sendable {
    package var site: String
    /// Days with a load note that names visitors and capacity.
    package var days: Int
    package var visitors: Int
    package var complaints: Int
    /// In percent of the capacity: from here on there are more complaints for each customer; absent while that cannot be
    /// told.
    package var risesFromPercent: Int?
    /// Complaints for each 100 customers below and from that load on; absent likewise.
    package var rateBelow: Double?
    package var rateBeyond: Double?

    init(_ site: SiteID, _ study: LoadStudy) {
        self.site = site.text
        days = study.days
        visitors = study.visitors
        complaints = study.complaints
        risesFromPercent = study.rise?.loadPercent
        rateBelow = study.rise?.rateBelow
        rateBeyond = study.rise?.rateBeyond
    }
}
