package import Records

/// Who may do what to what others wrote down. One table; everything that judges authority asks it.
///
/// | act | clerk of the record's own site | its branch manager | site that the case was given to | headquarters | any other site |
/// |---|---|---|---|---|---|
/// | correct a record | yes | yes | proposal | yes | proposal |
/// | retract a record | what they wrote themselves | yes | proposal | yes | proposal |
/// | lower a grade | proposal | yes | its branch manager | yes | proposal |
/// | merge customers, part them | proposal | proposal | proposal | yes | proposal |
/// | erase | proposal | proposal | proposal | yes | proposal |
/// | publish a handbook, a lesson, an action item | – | – | – | yes | – |
///
/// A *proposal* is kept and shown, and has no effect. Read-only users write nothing down at all; their agent refuses. The site
/// and the role are those of whose key and whose login wrote the record, never what its content says.
package enum Authority {
    /// What somebody did to a record, or to everybody.
    package enum Act: Sendable, CaseIterable {
        case correct, retract, lowerGrade, mergeCustomers, erase, publish
    }

    /// What the act is done to.
    package struct Subject: Sendable {
        /// Whose log holds it; nil for what belongs to no site.
        package var site: SiteID?
        /// Who wrote it down, by login name.
        package var author: String
        /// The sites that its case was given to.
        package var given: [SiteID]

        package init(site: SiteID?, author: String = "", given: [SiteID] = []) {
            self.site = site
            self.author = author
            self.given = given
        }
    }

    /// Whether the act that `record` states has effect; otherwise it is a proposal.
    package static func permits(_ act: Act, by record: Record, on subject: Subject) -> Bool {
        // Headquarters' log holds what administrators with the right wrote.
        if record.site == .headquarters { return true }
        let isOwn = record.site == subject.site
        let isManager = record.facts.authorRole == .manager
        switch act {
        case .correct: return isOwn
        case .retract:
            let isAuthor = !record.facts.author.isEmpty && record.facts.author == subject.author
            return isOwn && (isManager || isAuthor)
        case .lowerGrade: return isManager && (isOwn || subject.given.contains(record.site))
        case .mergeCustomers, .erase, .publish: return false
        }
    }
}
