/// A month's figures as this test counts them from the rows themselves.
struct PetitionFigures: Equatable, Sendable {
    /// Complaints that came in.
    var received = 0
    /// Those that are not an earlier complaint of the same customer in the same words.
    var distinct = 0
    /// Different customers.
    var complainants = 0

    /// By site.
    static func count(_ month: String, _ petitions: [Petition]) -> [String: PetitionFigures] {
        var figures: [String: PetitionFigures] = [:]
        var customers: [String: Set<String>] = [:]
        var made: Set<[String]> = []
        for petition in petitions.sorted(by: { ($0.occurred, $0.site) < ($1.occurred, $1.site) }) {
            let isFirst = petition.words.isEmpty || made.insert([petition.customer, petition.words]).inserted
            guard petition.month == month else { continue }
            figures[petition.site, default: PetitionFigures()].received += 1
            if isFirst { figures[petition.site, default: PetitionFigures()].distinct += 1 }
            customers[petition.site, default: []].insert(petition.customer)
        }
        for (site, customers) in customers { figures[site]?.complainants = customers.count }
        return figures
    }

    init() {}

    /// As a digest has them; nil when it lacks one.
    init?(_ digest: DigestPaper, site: String) {
        let name = "complaints.site.\(site)."
        guard let received = digest[name + "received"], let distinct = digest[name + "distinct"],
            let complainants = digest[name + "complainants"]
        else { return nil }
        (self.received, self.distinct, self.complainants) = (received, distinct, complainants)
    }
}
