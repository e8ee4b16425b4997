package import Records
import StrictYAML

/// What a complaint is by its impact 影响面 and by how far it is under control 掌控度. (domain: grades, "Impact × control map".)
///
/// Its cells are no grades and never shown as such.
package struct ImpactControlMap: Hashable, Sendable {
    /// One for each of the four combinations.
    package var cells: [Cell]
    /// What a complaint is while the handbook's other condition holds: a case of this grade is a crisis, 危机投诉, when its
    /// control is weak and its impact large.
    package var crisisFrom: Grade

    /// What a cell is called.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case ordinary
        case majorEventOrOmen = "major_event_or_omen"
        case important
        case serviceAccident = "service_accident"
        case crisis

        /// The word for people.
        package var term: Term {
            switch self {
            case .ordinary: Term("一般投诉", "ordinary complaint")
            case .majorEventOrOmen: Term("重大事件或投诉前兆", "major event or omen")
            case .important: Term("重要投诉", "important complaint")
            case .serviceAccident: Term("服务事故", "service accident")
            case .crisis: Term("危机投诉", "crisis")
            }
        }
    }

    /// One combination.
    package struct Cell: Hashable, Sendable {
        package var impact: Complaint.Impact
        package var control: Complaint.Control
        package var kind: Kind
        /// What to do.
        package var advice: Term?
    }

    /// Where a complaint stands; nil while its impact or control is not stated.
    package func kind(impact: Complaint.Impact, control: Complaint.Control, grade: Grade) -> Kind? {
        guard let cell = cell(impact: impact, control: control) else { return nil }
        let isCrisis = impact == .large && control == .weak && grade >= crisisFrom
        return isCrisis ? .crisis : cell.kind
    }

    /// The cell of that combination.
    package func cell(impact: Complaint.Impact, control: Complaint.Control) -> Cell? {
        cells.first { $0.impact == impact && $0.control == control }
    }
}

extension ImpactControlMap {
    init(_ reader: inout YAMLReader) {
        reader.require("crisis_from", "cells")
        crisisFrom = reader.word("crisis_from") ?? .critical
        cells = reader.objects("cells") { Cell(&$0) } ?? []
        for impact in Complaint.Impact.vocabulary {
            for control in Complaint.Control.vocabulary {
                let count = cells.count { $0.impact == impact.value && $0.control == control.value }
                if count != 1 {
                    let place = "impact \(impact.code), control \(control.code)"
                    reader.refuse("cells", count == 0 ? "has no cell for \(place)" : "has \(count) cells for \(place)")
                }
            }
        }
    }
}

extension ImpactControlMap.Cell {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("impact", "control", "kind")
        impact = reader.word("impact") ?? .unspecified
        control = reader.word("control") ?? .unspecified
        kind = reader.choice("kind") ?? .ordinary
        advice = reader.term("advice")
    }
}
