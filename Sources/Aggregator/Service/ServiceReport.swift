import Foundation
import Handbooks
package import Records
import Rules
import Storage

/// `service.report`.
package struct ServiceRequest: Codable, Sendable {
    /// YYYY-MM.
    package var month: String

    package init(month: String) { self.month = month }
}

/// The answer to `service.report`: a month held against the handbook's standards, commitments and benchmarks.
package struct ServiceReport: Codable, Sendable {
    /// YYYY-MM.
    package var month: String
    package var handbook: String
    package var standards: [Standard]
    package var commitments: [Commitment]
    package var benchmarks: [Benchmark]

    /// A standard and how the month stands to it.
    package struct Standard: Codable, Sendable {
        package var code: String
        package var name: Term
        /// A code; absent for a standard that cannot be measured.
        package var metric: String?
        package var metricName: Term?
        /// at_least or at_most.
        package var comparison: String
        package var target: Double?
        package var value: Double?
        package var observations: Int
        /// met, missed, or unknown where there is nothing to measure it by.
        package var status: String
        package var owner: Term?
        package var document: Term?
        /// Every site that can be measured, the best first.
        package var sites: [Site]
    }

    /// A site on a standard's figure.
    package struct Site: Codable, Sendable {
        package var site: String
        package var value: Double
        package var observations: Int
        /// Drawn to all sites' figure, the more the fewer its observations.
        package var shrunk: Double
        /// How far it is from the best site, both shrunk; 0 for the best itself.
        package var distance: Double
        package var met: Bool
    }

    /// What is promised, beside what others promise.
    package struct Commitment: Codable, Sendable {
        package var code: String
        package var name: Term
        package var unit: Term
        package var ours: Double
        package var industry: Double?
        package var belowIndustry: Bool
        package var competitors: [Competitor]
    }

    /// What a competitor promises.
    package struct Competitor: Codable, Sendable {
        package var name: String
        package var value: Double
    }

    /// Whom to learn from.
    package struct Benchmark: Codable, Sendable {
        package var code: String
        package var name: Term
        /// own_department, module, industry_best, other_industry or failed.
        package var kind: String
        package var kindName: Term
        package var metricName: Term?
        package var value: Double?
        /// The month's own figure of that metric.
        package var ours: Double?
        package var lesson: Term
    }
}

extension Fold {
    /// A month as the handbook in force measures it, judged at `now`.
    func serviceReport(of month: Month, at now: Timestamp) throws -> ServiceReport {
        var cases: [SiteID: [CaseView]] = [:]
        var visits: [SiteID: [ServiceMeasures.Visit]] = [:]
        let rows = try views.rows(in: month)
        try views.write { writer in
            for row in rows {
                switch row.kind {
                case .complaint:
                    guard let evidence = try evidence(of: row.id, known: [:], writer) else { continue }
                    cases[row.site, default: []].append(rules.view(of: evidence, at: now))
                case .visit:
                    guard case .visit(let visit) = try record(row)?.facts.body else { continue }
                    visits[row.site, default: []].append(ServiceMeasures.Visit(visit))
                default: continue
                }
            }
        }
        let all = ServiceMeasures(
            cases: cases.values.flatMap(\.self), visits: visits.values.flatMap(\.self), now: now)
        let sites = Dictionary(
            uniqueKeysWithValues: Set(cases.keys).union(visits.keys).map { site in
                (site, ServiceMeasures(cases: cases[site] ?? [], visits: visits[site] ?? [], now: now))
            })
        return ServiceReport(month, handbook, all, sites)
    }
}

extension ServiceReport {
    init(_ month: Month, _ handbook: Handbook, _ all: ServiceMeasures, _ sites: [SiteID: ServiceMeasures]) {
        self.month = month.description
        self.handbook = handbook.version
        standards = handbook.standards.map { Standard($0, handbook, all, sites) }
        commitments = handbook.commitments.map { commitment in
            Commitment(
                code: commitment.code, name: commitment.term, unit: commitment.unit, ours: commitment.ours,
                industry: commitment.industry, belowIndustry: commitment.isBelowIndustry,
                competitors: commitment.competitors.map { Competitor(name: $0.name, value: $0.value) })
        }
        benchmarks = handbook.benchmarks.map { benchmark in
            Benchmark(
                code: benchmark.code, name: benchmark.term, kind: benchmark.kind.rawValue,
                kindName: benchmark.kind.term, metricName: benchmark.metric?.term, value: benchmark.value,
                ours: benchmark.metric.flatMap(all.value)?.value.rounded(toDecimals: 2), lesson: benchmark.lesson)
        }
    }
}

extension ServiceReport.Standard {
    fileprivate init(
        _ standard: ServiceStandard, _ handbook: Handbook, _ all: ServiceMeasures, _ sites: [SiteID: ServiceMeasures]
    ) {
        let measured = standard.metric.flatMap(all.value)
        code = standard.code
        name = standard.term
        metric = standard.metric?.rawValue
        metricName = standard.metric?.term
        comparison = standard.comparison.rawValue
        target = standard.target
        value = measured?.value.rounded(toDecimals: 2)
        observations = measured?.n ?? 0
        status = measured.flatMap { standard.isMet(by: $0.value) }.map { $0 ? "met" : "missed" } ?? "unknown"
        owner = standard.owner.flatMap(handbook.department)?.term
        document = standard.document
        self.sites = []
        guard let metric = standard.metric, let measured else { return }
        let ranked = SiteMeasure.ranked(sites, metric, all: measured)
        self.sites = ranked.map { site in
            ServiceReport.Site(
                site: site.site.text, value: site.measured.value.rounded(toDecimals: 2),
                observations: site.measured.n, shrunk: site.shrunk.rounded(toDecimals: 2),
                distance: abs(site.shrunk - ranked[0].shrunk).rounded(toDecimals: 2),
                met: standard.isMet(by: site.measured.value) ?? false)
        }
    }
}

extension Double {
    /// So that the last bits of arithmetic never show.
    fileprivate func rounded(toDecimals decimals: Int) -> Double {
        let scale = pow(10, Double(decimals))
        return (self * scale).rounded() / scale
    }
}
