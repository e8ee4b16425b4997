package import Records

/// The hot rule: the same complaint from three or more different complainants within one calendar month, at any sites.
///
/// Who has no settled identity is shown but never counted. The moment a month later is still within the month.
package struct HotRule: Sendable {
    /// How many different complainants make an issue hot.
    package var complainants: Int
    /// The length of the window in calendar months.
    package var months: Int64
    /// The organisation's calendar: windows go across sites.
    package var calendar: CalendarMonth

    package init(complainants: Int = 3, months: Int64 = 1, calendar: CalendarMonth) {
        self.complainants = max(1, complainants)
        self.months = max(1, months)
        self.calendar = calendar
    }

    /// One complaint of an issue. Problems from visits, retracted complaints and duplicates are left out by the caller.
    package struct Complaint: Sendable, Hashable {
        package var id: RecordID
        /// Milliseconds since 1970 UTC.
        package var time: Int64
        /// The settled identity; nil is anonymous.
        package var complainant: String?

        package init(id: RecordID, time: Int64, complainant: String?) {
            self.id = id
            self.time = time
            self.complainant = complainant
        }
    }

    /// A stretch of time in which an issue satisfied the rule.
    package struct Window: Sendable, Hashable {
        /// The first complaint's moment, milliseconds since 1970 UTC.
        package var start: Int64
        /// The last moment that counts, one month after `start`; inclusive.
        package var end: Int64
        /// The complaint that completed the rule: the earliest moment at which enough complainants had spoken.
        package var completedBy: RecordID
        /// Every complaint in the window, the anonymous ones too, in time order.
        package var records: [RecordID]
        /// The different complainants in the order in which they first spoke; at least as many as the rule asks for.
        package var complainants: [String]
        /// How many complaints of the window are anonymous ("+n").
        package var anonymous: Int
    }

    /// The windows of one issue's complaints that satisfy the rule, earliest first.
    ///
    /// A window starts at an identified complaint. One that adds no complaint to the window before it is not listed.
    package func windows(_ complaints: [Complaint]) -> [Window] {
        let ordered = complaints.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        var found: [Window] = []
        var count = Counter()
        var end = 0
        for start in ordered.indices {
            let limit = calendar.later(ordered[start].time, months: months)
            let before = end
            while end < ordered.count, ordered[end].time <= limit {
                count.add(ordered[end].complainant)
                end += 1
            }
            let grew = end > before || found.isEmpty
            if ordered[start].complainant != nil, grew, count.different >= complainants {
                found.append(window(ordered[start..<end], limit: limit))
            }
            count.remove(ordered[start].complainant)
        }
        return found
    }

    private func window(_ slice: ArraySlice<Complaint>, limit: Int64) -> Window {
        var seen: Set<String> = []
        var names: [String] = []
        var completedBy = slice[slice.startIndex].id
        var anonymous = 0
        for complaint in slice {
            guard let name = complaint.complainant else {
                anonymous += 1
                continue
            }
            guard seen.insert(name).inserted else { continue }
            names.append(name)
            if names.count == complainants { completedBy = complaint.id }
        }
        return Window(
            start: slice[slice.startIndex].time, end: limit, completedBy: completedBy, records: slice.map(\.id),
            complainants: names, anonymous: anonymous)
    }

    /// How many different complainants the sliding window holds.
    private struct Counter {
        private var occurrences: [String: Int] = [:]

        var different: Int { occurrences.count }

        mutating func add(_ complainant: String?) {
            guard let complainant else { return }
            occurrences[complainant, default: 0] += 1
        }

        mutating func remove(_ complainant: String?) {
            guard let complainant, let count = occurrences[complainant] else { return }
            occurrences[complainant] = count == 1 ? nil : count - 1
        }
    }
}
