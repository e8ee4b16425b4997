import Foundation

/// What people say about other records, and what headquarters decides.
extension FormParts {
    mutating func retraction(_ reader: inout FormReader) -> Retraction {
        var retraction = Retraction()
        retraction.recordID = reader.required("record", limit: 128).map { named($0, "record", &reader) } ?? Data()
        readReason(&reader)
        return retraction
    }

    mutating func erasure(_ reader: inout FormReader) -> Erasure {
        var erasure = Erasure()
        erasure.recordIds = reader.strings("records", limit: 128).map { named($0, "records", &reader) }
        if erasure.recordIds.isEmpty, reader.faults.isEmpty {
            reader.refuse("records", "is missing: the records whose personal part is to be removed")
        }
        readReason(&reader)
        return erasure
    }

    mutating func action(_ reader: inout FormReader) -> ActionItem {
        var action = ActionItem()
        requireHeadquarters(&reader)
        requireText(&reader)
        action.issueID = issue(&reader)
        action.department = reader.string("department", limit: 128) ?? ""
        if let time = reader.time("due_at") { action.dueAt = time.milliseconds }
        action.sites = sites(&reader)
        return action
    }

    mutating func lesson(_ reader: inout FormReader) -> Lesson {
        var lesson = Lesson()
        requireHeadquarters(&reader)
        personal.subject = reader.string("subject") ?? ""
        requireText(&reader)
        lesson.issueID = issue(&reader)
        lesson.category = category("category", &reader)
        lesson.sites = sites(&reader)
        return lesson
    }

    /// Why it is done; nothing about another record is changed without one.
    mutating func readReason(_ reader: inout FormReader) {
        personal.reason = reader.required("reason", limit: FormReader.textLimit) ?? ""
        if personal.reason.allSatisfy(\.isWhitespace), reader.faults.isEmpty { reader.refuse("reason", "is missing") }
    }

    /// A record by its id or, at a branch, by what this site's client called it.
    private func named(_ text: String, _ field: String, _ reader: inout FormReader) -> Data {
        if context.site == .headquarters, RecordID(text) == nil {
            reader.refuse(field, "must be a record's id; `huiyin records` shows it")
        }
        return caseID(text)
    }

    private func requireText(_ reader: inout FormReader) {
        if personal.text.isEmpty, reader.faults.isEmpty { reader.refuse("text", "is missing: what it says") }
    }

    private func requireHeadquarters(_ reader: inout FormReader) {
        if context.site != .headquarters { reader.refuse("kind", "is written at headquarters only") }
    }

    private func issue(_ reader: inout FormReader) -> Data {
        guard let text = reader.string("issue", limit: 128) else { return Data() }
        guard let id = RecordID(text) else {
            reader.refuse("issue", "is not an issue's id; `huiyin issue list --json` shows it")
            return Data()
        }
        return id.data
    }

    private func sites(_ reader: inout FormReader) -> [String] {
        let sites = reader.strings("sites", limit: 64)
        for site in sites where (try? SiteID(site)) == nil { reader.refuse("sites", "has what is not a site id") }
        return Array(Set(sites)).sorted()
    }
}
