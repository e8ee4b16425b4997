package import Records

/// The handbook by which a month was judged.
package struct HandbookReference: Sendable, Codable, Equatable {
    package var name: Term
    package var version: String

    package init(name: Term, version: String) {
        self.name = name
        self.version = version
    }
}

/// A code of the handbook and what people call it.
package struct NamedCode: Sendable, Codable, Equatable {
    package var code: String
    package var term: Term

    package init(_ code: String, _ term: Term) {
        self.code = code
        self.term = term
    }
}

/// A content category of complaints and problems.
package struct CategoryName: Sendable, Codable, Equatable {
    package var code: String
    package var term: Term
    /// The code of the category above it.
    package var parent: String?
    /// The department that answers for it; nil takes the parent's.
    package var owner: Term?

    package init(_ code: String, _ term: Term, parent: String? = nil, owner: Term? = nil) {
        self.code = code
        self.term = term
        self.parent = parent
        self.owner = owner
    }
}

/// The handbook's row of the monthly review meeting 每月月末交流会议.
package struct MeetingPlan: Sendable, Codable, Equatable {
    /// 会议时间, for example "end of every month".
    package var when: Term
    /// 会议内容: what is always on the agenda.
    package var contents: [Term]
    /// 参会部门: who always takes part.
    package var departments: [Term]

    package init(when: Term, contents: [Term], departments: [Term]) {
        self.when = when
        self.contents = contents
        self.departments = departments
    }
}

/// What makes figures of this month hard to compare with those of another one.
package struct ComparisonBreak: Sendable, Codable, Equatable {
    package var from: Timestamp
    package var until: Timestamp
    package var text: Term

    package init(from: Timestamp, until: Timestamp, text: Term) {
        self.from = from
        self.until = until
        self.text = text
    }
}
