package import Handbooks
package import Records

/// Problems appear when staff are busiest. (domain: neglect and reaction.)
package enum LoadRules {
    /// The flag of a day on which more customers came than the handbook's part of the capacity; nil for any other note, and
    /// for one without a capacity.
    package static func flag(of record: Record, under handbook: Handbook) -> Flag? {
        guard case .load(let note) = record.facts.body, note.capacity > 0, let policy = handbook.load,
            100 * UInt64(note.visitors) >= UInt64(policy.overloadAtPercent) * UInt64(note.capacity)
        else { return nil }
        var flag = Flag(
            .overload, subject: record.site.text, key: record.id.description, sites: [record.site],
            at: record.occurred.withinCalendar, evidence: [record.id])
        flag.count = Int(note.visitors)
        flag.expected = Double(note.capacity)
        return flag
    }
}
