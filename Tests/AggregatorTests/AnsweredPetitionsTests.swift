import Foundation
import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Real complaints with the moment at which they were answered: everything that clocks make of them is compared with what this
/// test computes from the rows themselves.
@Suite struct AnsweredPetitionsTests {
    /// `answered_petitions.csv`: in `$HUIYIN_DATA`, else beside the package.
    private static let file: String? = {
        let folder = ProcessInfo.processInfo.environment["HUIYIN_DATA"] ?? "../shared/data"
        let path = folder + "/answered_petitions.csv"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }()

    /// One row, with its times as people wrote them: `2019-07-01T08:30:00`, all at +08:00.
    private struct Row {
        var id: String
        var site: String
        var customer: String
        var occurred: String
        var answered: String

        /// Seconds between the two, by a calendar of this test's own.
        var seconds: Int { Self.seconds(answered) - Self.seconds(occurred) }

        /// Whether it was still open when a calendar month was over: as texts the times sort by time.
        var lastedAMonth: Bool { answered >= Self.monthLater(occurred) }

        static func monthLater(_ text: String) -> String {
            let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
            var (year, month) = (parts[0], parts[1] + 1)
            if month > 12 { (year, month) = (year + 1, 1) }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
            return "\(year)-\(two(month))-\(two(min(parts[2], length)))" + text.dropFirst(10)
        }

        /// Since 2000-01-01, counted day by day.
        static func seconds(_ text: String) -> Int {
            let parts = text.split { "-T:".contains($0) }.compactMap { Int($0) }
            var days = 0
            for year in 2000..<parts[0] { days += isLeap(year) ? 366 : 365 }
            let lengths = [31, isLeap(parts[0]) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            days += lengths.prefix(parts[1] - 1).reduce(0, +) + parts[2] - 1
            return ((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5]
        }

        private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    }

    private static func rows(_ file: String) throws -> [Row] {
        // Quoted cells hold commas and line breaks; the first five columns hold neither, and rows begin with a number.
        var rows: [Row] = []
        var isQuoted = false
        var line = ""
        for character in try String(contentsOfFile: file, encoding: .utf8) {
            if character == "\"" { isQuoted.toggle() }
            if character.isNewline, !isQuoted {
                let cells = line.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
                if cells.count == 6, cells[0] != "id" {
                    rows.append(
                        Row(
                            id: cells[0], site: cells[1], customer: cells[2], occurred: String(cells[3].prefix(19)),
                            answered: String(cells[4].prefix(19))))
                }
                line = ""
            } else {
                line.append(character)
            }
        }
        return rows
    }

    @Test(.enabled(if: file != nil, "answered_petitions.csv is not here: name its folder in $HUIYIN_DATA"))
    func everyCasesTimeBreachesAndGradesByAgeAreThoseOfTheRows() async throws {
        let rows = try Self.rows(#require(Self.file))
        #expect(rows.count == 1408)
        var sites: [String: TestSite] = [:]
        for (number, name) in Set(rows.map(\.site)).sorted().enumerated() {
            sites[name] = try TestSite(name.lowercased(), seed: UInt64(number + 1))
        }
        for row in rows {
            try sites[row.site]?.write(
                #"{"kind":"complaint","id":"\#(row.id)","occurred_at":"\#(row.occurred)+08:00","customer":"\#(row.customer)","delay_cause":"我方","text":"·"}"#
            )
            try sites[row.site]?.write(
                #"{"kind":"step","case":"\#(row.id)","step":"解决","occurred_at":"\#(row.answered)+08:00"}"#)
        }
        // By age alone: what recurs and who complains again is other tests' business.
        var handbook = Handbook.standard
        handbook.grading.rules.removeAll { rule in
            if case .unresolved = rule.condition { false } else { true }
        }
        let headquarters = try TestHeadquarters(
            sites: sites.sorted { $0.key < $1.key }.map(\.value), handbook: handbook)
        try await headquarters.fold.start()
        for (_, site) in sites.sorted(by: { $0.key < $1.key }) { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let reports = try await headquarters.fold.caseReports(
            CaseFilter(language: "en", limit: 10_000), showsWords: false)
        #expect(reports.count == rows.count)
        var byID: [RecordID: CaseReport] = [:]
        for report in reports { byID[report.id] = report }
        for row in rows {
            let site = try SiteID(row.site.lowercased())
            let id = RecordID(site: site, clientID: row.id)
            let report = try #require(byID[id], "row \(row.id)")
            #expect(report.openSeconds == Int64(row.seconds), "row \(row.id)")
            let detail = try #require(try await headquarters.fold.caseReport(id, .english, showsWords: false)?.detail)
            let missed = Set(detail.limits.filter { $0.status == "missed" }.map(\.code))
            var expected: Set<String> = []
            if row.seconds >= 2 * 3600 { expected.insert("investigation") }
            if row.seconds >= 86_400 { expected.insert("answer") }
            if row.seconds >= 7 * 86_400 { expected.insert("open_one_week") }
            if row.lastedAMonth { expected.insert("open_one_month") }
            #expect(missed == expected, "row \(row.id)")
            let grade: Grade = row.lastedAMonth ? .critical : row.seconds >= 7 * 86_400 ? .hot : .ordinary
            #expect(report.grade == grade, "row \(row.id)")
        }
        let count = { (range: Range<Double>) in rows.count { range.contains(Double($0.seconds) / 86_400) } }
        print(
            """
            answered petitions: \(rows.count) cases; within a day \(count(0..<1)), within 7 days \(count(0..<7)), \
            7 to 30 days \(count(7..<30)), over 30 days \(count(30.0..<1e9)); a calendar month or more \
            \(rows.count(where: \.lastedAMonth))
            """)
        await headquarters.fold.stop()
    }
}
