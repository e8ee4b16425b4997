package import Handbooks
package import Records

/// Which cases a list is asked for.
package struct CaseFilter: Codable, Sendable, Equatable {
    package var grade: Grade?
    /// Where it was made, or who is responsible for it.
    package var site: String?
    /// With all that stand under it.
    package var category: String?
    package var isOpen: Bool?
    package var isOverdue: Bool?
    /// Words that occur in the complaint or in what was done about it; as in a search.
    package var text: String?
    /// `zh-CN` or `en`.
    package var language: String?
    /// How many; whoever answers holds it within its own bounds.
    package var limit: Int

    package init(
        grade: Grade? = nil, site: String? = nil, category: String? = nil, isOpen: Bool? = nil, isOverdue: Bool? = nil,
        text: String? = nil, language: String? = nil, limit: Int = 50
    ) {
        self.grade = grade
        self.site = site
        self.category = category
        self.isOpen = isOpen
        self.isOverdue = isOverdue
        self.text = text
        self.language = language
        self.limit = limit
    }

    /// The categories that are wanted: the named one and all below it; nil for all.
    package func categories(_ handbook: Handbook) -> [String]? {
        category.map { wanted in
            let found = handbook.categories.map(\.code).filter { code in
                handbook.lineage(code).contains { $0.code == wanted }
            }
            return found.isEmpty ? [wanted] : found
        }
    }
}
