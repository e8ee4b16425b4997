import Digests
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// What a month tells of load, of lessons, and of the duty to ask customers by a third party.
extension Fold {
    func addNeglect(_ rows: [RecordRow], until end: Timestamp, to input: inout DigestInput) throws {
        input.load = try load(rows.filter { $0.kind == .load }, until: end)
        input.lessons = try rows.filter { $0.kind == .lesson && $0.site == .headquarters }.compactMap { row in
            guard let record = try record(row), case .lesson(let lesson) = record.facts.body else { return nil }
            return LessonSummary(
                id: row.id, category: lesson.category.nonEmpty, text: record.personal?.text ?? "")
        }
        input.surveyDuty = try surveyDuty(until: end)
    }

    /// Nil where no site wrote down how busy it was: then the year is not looked at either.
    private func load(_ rows: [RecordRow], until end: Timestamp) throws -> LoadMonth? {
        struct Place: Hashable {
            var site: SiteID
            var day: Int
        }
        var standing: [Place: Record] = [:]
        for row in rows {
            guard let record = try record(row), case .load = record.facts.body else { continue }
            let place = Place(site: row.site, day: handbook.zone.day(of: row.occurred))
            // Of several notes of a day the latest stands.
            if let other = standing[place], (record.order, record.id) < (other.order, other.id) { continue }
            standing[place] = record
        }
        guard !standing.isEmpty else { return nil }
        let days = standing.map { place, record in
            LoadMonth.Day(
                record: record.id, site: place.site, visitors: Int(record.facts.load.visitors),
                isOverloaded: LoadRules.flag(of: record, under: handbook) != nil)
        }
        return LoadMonth(days: days, studies: try loadReport(at: end).compactMap { LoadFinding($0) })
    }

    private func surveyDuty(until end: Timestamp) throws -> SurveyDuty? {
        guard let policy = handbook.surveys else { return nil }
        let last = try views.lastAnswer(before: end, in: handbook.zone) { code in
            CustomerSign(code: code)?.mode == .thirdParty
        }
        let due = last.map { policy.thirdPartyEvery.end(from: $0.occurred, in: handbook.zone) }
        return SurveyDuty(
            record: last?.id, last: last?.occurred, due: due, isOverdue: due.map { $0 <= end } ?? false)
    }
}

extension LoadFinding {
    /// Nil while it cannot be told from which load on there are more complaints.
    init?(_ report: LoadReport) {
        guard let rise = report.risesFromPercent, let below = report.rateBelow, let beyond = report.rateBeyond,
            let site = try? SiteID(report.site)  // a name that is no site's id is nobody's
        else { return nil }
        self.init(site: site, days: report.days, risesFromPercent: rise, rateBelow: below, rateBeyond: beyond)
    }
}
