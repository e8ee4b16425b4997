package import Records

/// What the handbook's codes mean, as the digest's figures use them, so that a digest can be read without the handbook.
package struct DigestNames: Sendable, Codable, Equatable {
    /// In the handbook's order.
    package internal(set) var categories: [CategoryName]
    package internal(set) var touchpoints: [NamedCode]
    package internal(set) var limits: [NamedCode]
    package internal(set) var rules: [NamedCode]
    /// The kinds of flags, by code.
    package internal(set) var flags: [NamedCode]
    /// The combinations of impact and control, by `IMPACT.CONTROL`; nil in a digest of an older version.
    package internal(set) var matrix: [NamedCode]?
    /// The service quality gaps by number, and the five elements; nil in a digest of an older version.
    package internal(set) var gaps: [NamedCode]?
    package internal(set) var elements: [NamedCode]?
    /// The handbook's questionnaires; nil in a digest of an older version.
    package internal(set) var surveys: [NamedCode]?

    init(_ input: DigestInput) {
        categories = input.categories
        touchpoints = input.touchpoints
        limits = input.limits
        rules = input.rules
        matrix = input.matrix
        gaps = input.gaps
        elements = input.elements
        surveys = input.questionnaires
        let kinds = Dictionary(input.flags.map { ($0.kind, $0) }, uniquingKeysWith: { $0.number < $1.number ? $0 : $1 })
        flags = kinds.values.map { NamedCode($0.kind, $0.name) }.sorted { $0.code < $1.code }
    }

    /// A category with those above it, for example "engineering quality / leaks".
    package func path(of category: String) -> Term? {
        guard let first = categories.first(where: { $0.code == category }) else { return nil }
        var path = [first]
        while let parent = path[0].parent, path.count < Self.depth,
            let above = categories.first(where: { $0.code == parent })
        {
            path.insert(above, at: 0)
        }
        return Term(
            path.map(\.term.chinese).joined(separator: " / "), path.map(\.term.english).joined(separator: " / "))
    }

    /// The department that answers for a category: its own or the one of those above it.
    package func owner(of category: String) -> Term? {
        var code = category
        for _ in 0..<Self.depth {
            guard let name = categories.first(where: { $0.code == code }) else { return nil }
            if let owner = name.owner { return owner }
            guard let parent = name.parent else { return nil }
            code = parent
        }
        return nil
    }

    /// No more levels than this are followed, whatever the handbook says.
    private static let depth = 8
}
