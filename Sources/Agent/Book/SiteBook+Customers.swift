import Handbooks
package import Records
package import Rules

/// The branch's own view of its customers, other sites' records of them included as far as headquarters handed them on.
extension SiteBook {
    package func customers(_ filter: CustomerFilter, showsWords: Bool, at now: Timestamp) throws -> [CustomerReport] {
        try catchUp()
        var found: [CustomerReport] = []
        for (number, known) in customers.customers.sorted(by: { $0.key < $1.key }) {
            let report = try report(number, known, filter.language, showsWords: showsWords, at: now, detailed: false)
            if filter.has(report) { found.append(report) }
            if found.count >= filter.limit { break }
        }
        return found
    }

    /// Fewer characters of a customer's name are none.
    private static let leastOfName = 4

    /// One customer: by number, telephone number, e-mail address or name, or by the beginning of what a list calls it; nil when
    /// there is none or more than one.
    package func showCustomer(
        _ name: String, language: String?, showsWords: Bool, at now: Timestamp
    ) throws -> CustomerReport? {
        try catchUp()
        var found = customers.customers.filter { _, known in
            let reference = known.reference
            return [reference.number, reference.phone, reference.email, reference.name].contains(name)
        }
        if found.isEmpty, name.count >= Self.leastOfName {
            let wanted = name.lowercased()
            found = customers.customers.filter { number, _ in customers.name(of: number).hasPrefix(wanted) }
        }
        guard found.count == 1, let (number, known) = found.first else { return nil }
        return try report(number, known, language, showsWords: showsWords, at: now, detailed: true)
    }

    /// The visits of one of the handbook's lists.
    package func visits(
        _ listing: VisitListing, language: String?, showsWords: Bool, at now: Timestamp
    ) throws -> [VisitReport] {
        try catchUp()
        let handbook = handbook
        return customers.visits(at: now, handbook, where: listing.has).prefix(Self.mostReports).map { entry in
            let reference = customers.customers[entry.customer]?.reference ?? Customer()
            return VisitReport(
                entry.visit, customer: showsWords ? reference.label : "", handbook: handbook,
                language: self.language(language), zone: zone)
        }
    }

    private static let mostReports = 10_000

    private func report(
        _ number: Int, _ known: CustomerBook.Known, _ language: String?, showsWords: Bool, at now: Timestamp,
        detailed: Bool
    ) throws -> CustomerReport {
        let records = try Set(known.records).sorted().compactMap { try record($0) }
        let standing = CustomerStanding(records, handbook: handbook, zone: zone, at: now)
        var report = CustomerReport(
            id: customers.name(of: number), label: showsWords ? known.reference.label : "", records, standing,
            handbook: handbook,
            language: self.language(language), zone: zone, at: now)
        if detailed {
            report.add(records, standing, self.language(language), zone: zone) { showsWords ? $0 : "" }
        }
        return report
    }
}
