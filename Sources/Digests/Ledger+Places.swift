import Records

// Where and when: days, touchpoints, and the map of impact and control.

extension FigureLedger {
    /// `complaints.day.DD.received`, for the days that have begun. Returns the counts.
    mutating func addDays(
        _ cases: [CaseSummary], of month: Month, in zone: TimeZoneRules, until asOf: Timestamp
    ) -> [Int] {
        let range = month.range(in: zone)
        guard range.lowerBound < asOf else { return [] }
        let last =
            asOf < range.upperBound ? zone.civil(asOf).day : CivilTime.days(inMonth: month.month, of: month.year)
        var byDay: [Int: [RecordID]] = [:]
        // A month's complaint that a clock ahead of ours dated after `asOf` still has a day of its own.
        for summary in cases { byDay[zone.civil(summary.madeAt).day, default: []].append(summary.id) }
        let days = Array(1...max(last, byDay.keys.max() ?? last))
        for day in days {
            count(FigureName("complaints.day").adding(FigureName.day(day), "received"), byDay[day] ?? [])
        }
        return days.map { byDay[$0]?.count ?? 0 }
    }

    /// `touchpoints.site.SITE.touchpoint.CODE.complaints` and `.problems`: the MOT heat map 关键时刻. Problems are those that
    /// customers told in return visits.
    mutating func addTouchpoints(_ cases: [CaseSummary], _ visits: [VisitSummary]) {
        struct Cell: Hashable {
            var site: SiteID
            var touchpoint: String
        }
        var complaints: [Cell: [RecordID]] = [:]
        for summary in cases {
            guard let touchpoint = summary.touchpoint else { continue }
            complaints[Cell(site: summary.site, touchpoint: touchpoint), default: []].append(summary.id)
        }
        var problems: [Cell: (count: Int, records: [RecordID])] = [:]
        for visit in visits {
            for (touchpoint, number) in visit.touchpoints where number > 0 {
                problems[Cell(site: visit.site, touchpoint: touchpoint), default: (0, [])].count += number
                problems[Cell(site: visit.site, touchpoint: touchpoint), default: (0, [])].records.append(visit.id)
            }
        }
        for cell in Set(complaints.keys).union(problems.keys) {
            let name = FigureName("touchpoints.site").adding(cell.site.text, "touchpoint", cell.touchpoint)
            count(name.adding("complaints"), complaints[cell] ?? [])
            count(name.adding("problems"), problems[cell]?.count ?? 0, from: problems[cell]?.records ?? [])
        }
    }

    /// `matrix.impact.CODE.control.CODE.received`: every case is in one cell, those of which it was not stated too.
    mutating func addMatrix(_ cases: [CaseSummary]) {
        struct Cell: Hashable {
            var impact: String
            var control: String
        }
        for (cell, here) in Dictionary(grouping: cases, by: { Cell(impact: $0.impact.code, control: $0.control.code) })
        {
            let name = FigureName("matrix.impact").adding(cell.impact, "control", cell.control)
            count(name.adding("received"), here.map(\.id))
        }
    }
}
