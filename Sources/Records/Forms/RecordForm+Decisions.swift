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
            reader.refuse(
                "records", Term("缺少：要删除个人信息的记录", "is missing: the records whose personal part is to be removed"))
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
        if let time = reader.deadline("due_at") { action.dueAt = time.milliseconds }
        action.sites = sites(&reader)
        if let month = reader.string("month", limit: 7) {
            action.month = month
            if Month(month) == nil { reader.refuse("month", Term("不是 2026-10 这样的月份", "is no month such as 2026-10")) }
        }
        action.kind = reader.word("outcome") ?? .unspecified
        return action
    }

    /// How far an action item is; at a site and at headquarters.
    mutating func progress(_ reader: inout FormReader) -> ActionProgress {
        var progress = ActionProgress()
        if let text = reader.required("action", limit: 128) {
            if let id = RecordID(text) {
                progress.actionID = id.data
            } else {
                reader.refuse(
                    "action",
                    Term("不是行动项编号，用 `huiyin action list` 查看", "is no action item's id; `huiyin action list` shows it"))
            }
        }
        progress.state = reader.word("state") ?? .done
        if progress.state == .impossible, personal.text.isEmpty, reader.faults.isEmpty {
            reader.refuse("text", Term("缺少：原因", "is missing: the reason"))
        }
        return progress
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
        if personal.reason.allSatisfy(\.isWhitespace), reader.faults.isEmpty {
            reader.refuse("reason", Term("缺少", "is missing"))
        }
    }

    /// A record by its id or, at a branch, by what this site's client called it.
    private func named(_ text: String, _ field: String, _ reader: inout FormReader) -> Data {
        if context.site == .headquarters, RecordID(text) == nil {
            reader.refuse(
                field, Term("必须是记录编号，用 `huiyin records` 查看", "must be a record's id; `huiyin records` shows it"))
        }
        return caseID(text)
    }

    private func requireText(_ reader: inout FormReader) {
        if personal.text.isEmpty, reader.faults.isEmpty {
            reader.refuse("text", Term("缺少：内容", "is missing: what it says"))
        }
    }

    private func requireHeadquarters(_ reader: inout FormReader) {
        if context.site != .headquarters { reader.refuse("kind", Term("只能在总部填写", "is written at headquarters only")) }
    }

    private func issue(_ reader: inout FormReader) -> Data {
        guard let text = reader.string("issue", limit: 128) else { return Data() }
        guard let id = RecordID(text) else {
            reader.refuse(
                "issue",
                Term(
                    "不是问题编号，用 `huiyin issue list --json` 查看",
                    "is not an issue's id; `huiyin issue list --json` shows it"))
            return Data()
        }
        return id.data
    }

    private func sites(_ reader: inout FormReader) -> [String] {
        let sites = reader.strings("sites", limit: 64)
        for site in sites where (try? SiteID(site)) == nil {
            reader.refuse("sites", Term("其中有的不是网点编号", "has what is not a site id"))
        }
        return Array(Set(sites)).sorted()
    }
}
