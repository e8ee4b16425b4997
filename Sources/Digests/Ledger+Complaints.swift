import Records

extension FigureLedger {
    /// `complaints.…`: received beside distinct; by site, category, touchpoint, channel and grade, at the period's end and
    /// at its peak; and every cell of site × category × grade that is not empty.
    mutating func addComplaints(_ cases: [CaseSummary], sites: [DigestSite]) {
        let all: FigureName = "complaints"
        addMargin(all, cases)
        count(all.adding("urgent"), cases.filter(\.urgent).map(\.id))
        count(all.adding("group"), cases.filter { $0.groupSize > 1 }.map(\.id))

        let bySite = Dictionary(grouping: cases, by: \.site)
        for site in sites {
            let here = bySite[site.id] ?? []
            let name = all.adding("site", site.id.text)
            addMargin(name, here)
            for (category, cell) in Dictionary(grouping: here, by: \.category) {
                let name = name.adding("category", category)
                count(name.adding("received"), cell.map(\.id))
                addGrades(name, cell, evenIfNone: false)
            }
        }
        for (category, cell) in Dictionary(grouping: cases, by: \.category) {
            addMargin(all.adding("category", category), cell)
        }
        for (touchpoint, cell) in Dictionary(grouping: cases, by: \.touchpoint) {
            addReceived(all.adding("touchpoint", touchpoint), cell)
        }
        for (channel, cell) in Dictionary(grouping: cases, by: \.channel.code) {
            addReceived(all.adding("channel", channel), cell)
        }
        addRises(cases)
    }

    private mutating func addMargin(_ name: FigureName, _ cases: [CaseSummary]) {
        addReceived(name, cases)
        let known = Set(cases.compactMap(\.complainant)).count
        count(name.adding("complainants"), known, from: cases.filter { $0.complainant != nil }.map(\.id))
        count(name.adding("anonymous"), cases.filter { $0.complainant == nil }.map(\.id))
        addGrades(name, cases, evenIfNone: true)
    }

    private mutating func addReceived(_ name: FigureName, _ cases: [CaseSummary]) {
        count(name.adding("received"), cases.map(\.id))
        count(name.adding("distinct"), cases.filter { $0.distinctOf == nil }.map(\.id))
    }

    private mutating func addGrades(_ name: FigureName, _ cases: [CaseSummary], evenIfNone: Bool) {
        var atEnd: [Grade: [RecordID]] = [:]
        var atPeak: [Grade: [RecordID]] = [:]
        for summary in cases {
            atEnd[summary.grade, default: []].append(summary.id)
            atPeak[summary.peak, default: []].append(summary.id)
        }
        for grade in Grade.allCases {
            let name = name.adding("grade", grade.code)
            if evenIfNone || atEnd[grade] != nil { count(name.adding("end"), atEnd[grade] ?? []) }
            if evenIfNone || atPeak[grade] != nil { count(name.adding("peak"), atPeak[grade] ?? []) }
        }
    }

    /// How many complaints rose by each rule.
    private mutating func addRises(_ cases: [CaseSummary]) {
        var byRule: [String: [RecordID]] = [:]
        for summary in cases {
            for rule in Set(summary.rises.map(\.rule)) { byRule[rule, default: []].append(summary.id) }
        }
        for (rule, records) in byRule { count(FigureName("complaints").adding("rise", rule), records) }
    }
}
