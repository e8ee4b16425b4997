package import Records
import StrictYAML

/// What is done when a case becomes critical, 危机预案. (domain: grades, "Crisis plan".)
package struct CrisisPlan: Hashable, Sendable {
    /// Cases of this grade or a graver one bring it into force.
    package var trigger: Grade
    /// Who speaks for the organisation, and nobody else.
    package var spokesperson: Term
    package var roles: [Role]
    /// In the order in which they fall due.
    package var checklist: [Item]

    /// Who does what.
    package struct Role: Hashable, Sendable {
        package var code: String
        package var term: Term
        package var duty: Term
    }

    /// One thing to do, with its clock.
    package struct Item: Hashable, Sendable {
        package var code: String
        package var term: Term
        /// From the moment at which the case took the grade.
        package var within: Span
        /// The code of the role that does it.
        package var role: String
    }

    /// The role of that code.
    package func role(_ code: String) -> Role? { roles.first { $0.code == code } }
}

extension CrisisPlan {
    init(_ reader: inout YAMLReader) {
        reader.require("trigger", "spokesperson", "roles", "checklist")
        trigger = reader.word("trigger") ?? .critical
        spokesperson = reader.term("spokesperson") ?? Term("", "")
        roles = reader.objects("roles") { Role(&$0) } ?? []
        checklist = reader.objects("checklist") { Item(&$0) } ?? []
        Handbook.checkUnique(roles.map(\.code), "roles", &reader)
        Handbook.checkUnique(checklist.map(\.code), "checklist", &reader)
        for (index, item) in checklist.enumerated() where role(item.role) == nil {
            reader.refuse("checklist", at: index, "there is no role \(item.role)")
        }
    }
}

extension CrisisPlan.Role {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "duty")
        code = reader.code("code") ?? ""
        term = reader.term()
        duty = reader.term("duty") ?? Term("", "")
    }
}

extension CrisisPlan.Item {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "within", "role")
        code = reader.code("code") ?? ""
        term = reader.term()
        within = reader.span("within") ?? .months(1)
        role = reader.code("role") ?? ""
    }
}
