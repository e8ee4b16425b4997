package import Records

/// How an action item 行动项 stands: from what its sites and headquarters say of it, whatever the order in which that arrived.
///
/// It is done when headquarters says so, or when every site that it names says so. What others than these say does not count.
package struct ActionStanding: Sendable {
    /// What one site says; the latest stands.
    package struct Word: Sendable {
        package var state: ActionProgress.State
        package var at: Timestamp
        /// The record that says it.
        package var record: RecordID
        package var text: String
    }

    package let action: Record
    /// By site; headquarters is one of them.
    package let words: [SiteID: Word]
    /// When it was done; nil while it is not.
    package let doneAt: Timestamp?

    /// - Parameters:
    ///   - progress: what was said of any action item.
    ///   - moment: what occurred later does not count yet.
    package init(_ action: Record, progress: [Record], until moment: Timestamp) {
        self.action = action
        let named = Set(action.facts.action.sites)
        var latest: [SiteID: Record] = [:]
        for record in progress where record.occurred <= moment {
            guard case .progress(let word) = record.facts.body, word.actionID == action.id.data,
                record.site == .headquarters || named.contains(record.site.text)
            else { continue }
            if let other = latest[record.site], Self.isLater(other, record) { continue }
            latest[record.site] = record
        }
        words = latest.mapValues { record in
            Word(
                state: record.facts.progress.state, at: record.occurred, record: record.id,
                text: record.personal?.text ?? "")
        }
        doneAt = Self.done(words, named)
    }

    /// When it is due; nil when no day was set.
    package var due: Timestamp? {
        let facts = action.facts.action
        return facts.hasDueAt ? Timestamp(milliseconds: facts.dueAt) : nil
    }

    /// Whether it is not done and should be.
    package func isOverdue(at moment: Timestamp) -> Bool { doneAt == nil && due.map { $0 <= moment } ?? false }

    /// The sites that it names and that have not done it.
    package var owing: [SiteID] {
        guard doneAt == nil else { return [] }
        return action.facts.action.sites
            .compactMap { try? SiteID($0) }  // a name that is no site's id can owe nothing
            .filter { words[$0]?.state != .done }.sorted()
    }

    /// The flag that stands while it is overdue.
    package func flag(at moment: Timestamp) -> Flag? {
        guard isOverdue(at: moment), let due else { return nil }
        var flag = Flag(
            .actionOverdue, subject: action.id.description, sites: owing, at: due, evidence: [action.id])
        flag.reference = due
        flag.month = action.facts.action.month.isEmpty ? nil : action.facts.action.month
        return flag
    }

    private static func done(_ words: [SiteID: Word], _ named: Set<String>) -> Timestamp? {
        if let word = words[.headquarters], word.state == .done { return word.at }
        let ends = named.map { name in
            words.first { $0.key.text == name }.flatMap { $0.value.state == .done ? $0.value.at : nil }
        }
        guard !ends.isEmpty, ends.allSatisfy({ $0 != nil }) else { return nil }
        return ends.compactMap(\.self).max()
    }

    private static func isLater(_ left: Record, _ right: Record) -> Bool {
        (left.occurred, left.recorded, left.id) > (right.occurred, right.recorded, right.id)
    }
}
