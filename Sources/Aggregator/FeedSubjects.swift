import Handbooks
import Records
import Rules
import Storage
import Synchronization

/// Looks up what entries are about, in the views and by the handbook in force. May be asked from any thread.
package final class FeedSubjects: Sendable {
    private let views: Views
    private let handbook: Mutex<Handbook>

    init(views: Views, handbook: Handbook) {
        self.views = views
        self.handbook = Mutex(handbook)
    }

    /// Another handbook came into force.
    func adopt(_ handbook: Handbook) { self.handbook.withLock { $0 = handbook } }

    /// The handbook in force.
    var inForce: Handbook { handbook.withLock { $0 } }

    /// The filter with people's words for categories and departments replaced by their codes.
    func settled(_ filter: FeedFilter) -> FeedFilter {
        var filter = filter
        handbook.withLock { handbook in
            let words = handbook.formPolicy.categories
            filter.categories = Set(filter.categories.map { words[$0.lowercased()] ?? $0 })
            filter.departments = Set(filter.departments.map { handbook.departmentCode($0) ?? $0 })
        }
        return filter
    }

    /// What has no grade or category is left out by whoever asks for them.
    /// - Throws: when the views cannot be read now, which says nothing about the entry.
    func about(_ entry: FeedEntry) throws -> FeedSubject {
        // What this program cannot read, now or later, is about nothing.
        guard let payload = try? FlagPayload(json: entry.payload) else { return FeedSubject() }
        let flag = payload.flag
        guard let category = try category(of: flag), !category.isEmpty else { return FeedSubject(grade: flag.grade) }
        return handbook.withLock { handbook in
            FeedSubject(
                grade: flag.grade, categories: handbook.lineage(category).map(\.code),
                department: handbook.owner(ofCategory: category)?.code)
        }
    }

    private func category(of flag: Flag) throws -> String? {
        if flag.kind == .aboveBaseline { return flag.subject }
        guard let id = RecordID(flag.subject) else { return nil }
        if let category = try views.caseRow(id)?.category { return category }
        return try views.issue(prefix: id.description)?.category
    }
}
