import Records
import StrictYAML

/// What one part of a handbook says about another must fit.
extension Handbook {
    func check(_ reader: inout YAMLReader) {
        Self.checkWords(categories.map { ($0.code, $0.term, $0.aliases) }, "categories", &reader)
        Self.checkWords(touchpoints.map { ($0.code, $0.term, $0.aliases) }, "touchpoints", &reader)
        Self.checkWords(customerTypes.map { ($0.code, $0.term, $0.aliases) }, "customer_types", &reader)
        Self.checkWords(departments.map { ($0.code, $0.term, []) }, "departments", &reader)
        for (index, category) in categories.enumerated() {
            if let parent = category.parent, self.category(parent) == nil {
                reader.refuse(
                    "categories", at: index, "\(category.code): there is no category \(parent) to be its parent")
            }
            if lineage(category.code).last?.parent != nil, category.parent.flatMap(self.category) != nil {
                reader.refuse("categories", at: index, "\(category.code): its parents lead nowhere or in a circle")
            }
            if let department = category.department, self.department(department) == nil {
                reader.refuse("categories", at: index, "\(category.code): there is no department \(department)")
            }
        }
        checkMeetings(&reader)
        checkLimits(&reader)
        checkGuides(&reader)
        checkBlueprint(&reader)
    }

    private func checkLimits(_ reader: inout YAMLReader) {
        Self.checkUnique(escalation.map(\.grade.code), "escalation", &reader)
        for limit in timeLimits.limits {
            if limit.clock == .working {
                if workingHours?.schedule.hasHours != true {
                    reader.refuse("time_limits", "\(limit.code) goes by working hours: name them in working_hours")
                }
                for own in workingHours?.sites ?? [] where !own.schedule.hasHours {
                    reader.refuse(
                        "time_limits",
                        "\(limit.code) goes by working hours: working_hours gives the site \(own.site) none, so that nothing "
                            + "would ever be due there")
                }
            }
            for tier in limit.tiers where customers.grading?.tier(tier.tier) == nil {
                reader.refuse("time_limits", "\(limit.code): there is no customer tier \(tier.tier)")
            }
        }
    }

    private func checkGuides(_ reader: inout YAMLReader) {
        Self.checkUnique(gaps.map { String($0.number) }, "gaps", &reader)
        for (index, category) in categories.enumerated() {
            if let gap = category.gap, self.gap(gap) == nil {
                reader.refuse("categories", at: index, "\(category.code): there is no gap \(gap)")
            }
        }
        Self.checkUnique(standards.map(\.code), "standards", &reader)
        Self.checkUnique(commitments.map(\.code), "commitments", &reader)
        Self.checkUnique(benchmarks.map(\.code), "benchmarks", &reader)
        for (index, standard) in standards.enumerated() {
            if let owner = standard.owner, department(owner) == nil {
                reader.refuse("standards", at: index, "\(standard.code): there is no department \(owner)")
            }
        }
    }

    private func checkBlueprint(_ reader: inout YAMLReader) {
        for step in blueprint.steps {
            if let touchpoint = step.touchpoint, self.touchpoint(touchpoint) == nil {
                reader.refuse("blueprint", "\(step.code): there is no touchpoint \(touchpoint)")
            }
            for point in step.failPoints {
                if let touchpoint = point.touchpoint, self.touchpoint(touchpoint) == nil {
                    reader.refuse("blueprint", "\(point.code): there is no touchpoint \(touchpoint)")
                }
                for category in point.categories where self.category(category) == nil {
                    reader.refuse("blueprint", "\(point.code): there is no category \(category)")
                }
            }
        }
        for service in blueprint.internalServices {
            for code in [service.from, service.to] where department(code) == nil {
                reader.refuse("blueprint", "internal_services: there is no department \(code)")
            }
        }
    }

    private func checkMeetings(_ reader: inout YAMLReader) {
        for (index, meeting) in meetings.enumerated() {
            for department in meeting.departments where self.department(department) == nil {
                reader.refuse("meetings", at: index, "there is no department \(department)")
            }
        }
        Self.checkUnique(meetings.map(\.number), "meetings", &reader)
        for item in visits.items {
            if let type = item.customerType, !customerTypes.contains(where: { $0.code == type }) {
                reader.refuse("visits", "plan item \(item.number): there is no customer type \(type)")
            }
            if customers.keyAccounts?.rhythm.contains(where: { $0.code == item.number }) == true {
                reader.refuse("visits", "plan item \(item.number): a contact of key accounts is called so, too")
            }
        }
    }

    /// No word may name two things.
    private static func checkWords(
        _ things: [(code: String, term: Term, aliases: [String])], _ key: String, _ reader: inout YAMLReader
    ) {
        var owners: [String: String] = [:]
        for (index, thing) in things.enumerated() {
            var own: Set<String> = []
            for word in words(thing.code, thing.term, thing.aliases) where own.insert(word).inserted {
                if let owner = owners[word] {
                    reader.refuse(key, at: index, "\(thing.code): the word \(word) already names \(owner)")
                } else {
                    owners[word] = thing.code
                }
            }
        }
    }

    static func checkUnique(_ names: [String], _ key: String, _ reader: inout YAMLReader) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            reader.refuse(key, at: index, "\(name) is given twice")
        }
    }
}
