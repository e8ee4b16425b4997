import Records

/// Which entries of the feed somebody wants. Empty sets want everything; what is asked for and an entry does not have, such as a
/// grade, leaves it out.
struct FeedFilter: Sendable, Equatable {
    /// flag, digest.
    var kinds: Set<String> = []
    var sites: Set<String> = []
    var leastGrade: Grade?
    /// Codes of the handbook, each with those below it.
    var categories: Set<String> = []
    /// Codes of the departments that own the category.
    var departments: Set<String> = []

    /// - Parameter about: asked only when the entry itself does not say enough.
    /// - Throws: what `about` throws: then it is not known, and the entry must be asked about again.
    func wants(_ entry: FeedEntry, _ about: (FeedEntry) throws -> FeedSubject) rethrows -> Bool {
        guard kinds.isEmpty || kinds.contains(entry.kind), sites.isEmpty || !sites.isDisjoint(with: entry.sites) else {
            return false
        }
        guard leastGrade != nil || !categories.isEmpty || !departments.isEmpty else { return true }
        let subject = try about(entry)
        if let leastGrade, subject.grade.map({ $0 < leastGrade }) ?? true { return false }
        if !categories.isEmpty, categories.isDisjoint(with: subject.categories) { return false }
        return departments.isEmpty || subject.department.map(departments.contains) ?? false
    }
}

/// What an entry of the feed is about, beyond what stands in it.
struct FeedSubject: Sendable, Equatable {
    var grade: Grade?
    /// The category and those above it.
    var categories: [String] = []
    /// The department that owns it.
    var department: String?
}
