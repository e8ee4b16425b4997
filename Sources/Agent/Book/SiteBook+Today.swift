import Handbooks
package import Records
package import Rules

/// The morning meeting's page at a branch. (domain: dispatch, and the branch's own view.)
extension SiteBook {
    /// Greatest number of visits on it.
    private static let mostVisits = 100
    /// Greatest number of open cases that are looked at.
    private static let mostCases = 10_000

    package func today(language name: String?, showsWords: Bool, at now: Timestamp) throws -> TodayReport {
        let language = language(name)
        let handbook = handbook
        let rules = CaseRules(handbook: handbook)
        var today = TodayReport(at: now.text(in: zone))
        let filter = CaseFilter(isOpen: true, language: name, limit: Self.mostCases)
        for report in try cases(filter, showsWords: showsWords, at: now) {
            guard let evidence = try evidence(of: report.id, rules, at: now) else { continue }
            today.add(report, rules.view(of: evidence, at: now), at: now)
        }
        today.visits = customers.visits(at: now, handbook) { $0.isListed(includesUpcoming: false) }
            .prefix(Self.mostVisits).map { entry in
                let reference = customers.customers[entry.customer]?.reference ?? Customer()
                return VisitReport(
                    entry.visit, customer: showsWords ? reference.label : "", handbook: handbook, language: language,
                    zone: zone)
            }
        return today
    }
}
