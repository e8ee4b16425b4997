package import Records

/// Looking things up, and the words that forms may use.
extension Handbook {
    /// The category of that code.
    package func category(_ code: String) -> Category? { categories.first { $0.code == code } }

    /// The touchpoint of that code.
    package func touchpoint(_ code: String) -> Touchpoint? { touchpoints.first { $0.code == code } }

    /// The department of that code.
    package func department(_ code: String) -> Department? { departments.first { $0.code == code } }

    /// The code of the department that a word names: its code, or its term in either language.
    package func departmentCode(_ word: String) -> String? {
        let wanted = word.lowercased()
        return departments.first { Self.words($0.code, $0.term, []).contains(wanted) }?.code
    }

    /// The grade rule of that code.
    package func gradeRule(_ code: String) -> GradeRule? { grading.rules.first { $0.code == code } }

    /// The category and those above it, the nearest first. Empty when the handbook does not have it.
    package func lineage(_ code: String) -> [Category] {
        var lineage: [Category] = []
        var next = category(code)
        while let category = next, lineage.count < categories.count {
            lineage.append(category)
            next = category.parent.flatMap(self.category)
        }
        return lineage
    }

    /// The department that owns a category: its own, or that of the nearest category above it.
    package func owner(ofCategory code: String) -> Department? {
        lineage(code).lazy.compactMap(\.department).first.flatMap(department)
    }

    /// What to look out for at intake: the category's own profile, or that of the nearest category above it.
    package func risk(ofCategory code: String) -> RiskProfile? { lineage(code).lazy.compactMap(\.risk).first }

    /// The ladder that cases of that grade climb.
    package func escalation(of grade: Grade) -> EscalationLadder? { escalation.first { $0.grade == grade } }

    /// The customer type that a profile's word names, by code, term or alias.
    package func customerType(named word: String) -> CustomerType? {
        let wanted = word.lowercased()
        return customerTypes.first { type in
            Self.words(type.code, type.term, type.aliases).contains(wanted)
        }
    }

    /// What the forms of this handbook may contain.
    package var formPolicy: FormPolicy {
        var categoryWords: [String: String] = [:]
        for category in categories {
            for word in Self.words(category.code, category.term, category.aliases) {
                categoryWords[word] = category.code
            }
        }
        var touchpointWords: [String: String] = [:]
        for touchpoint in touchpoints {
            for word in Self.words(touchpoint.code, touchpoint.term, touchpoint.aliases) {
                touchpointWords[word] = touchpoint.code
            }
        }
        return FormPolicy(
            handbook: version, categories: categoryWords, touchpoints: touchpointWords, earliest: intake.earliest,
            greatestLead: intake.greatestLead)
    }

    /// Everything that names one thing, in lower case, as forms look it up.
    static func words(_ code: String, _ term: Term, _ aliases: [String]) -> [String] {
        ([code, term.chinese, term.english] + aliases).map { $0.lowercased() }
    }
}
