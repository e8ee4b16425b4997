package import Records

/// One complaint, or one problem met during a return visit, as the grouping sees it.
package struct IssueText: Sendable, Hashable {
    /// The record that the text stands in; two texts never share one.
    package var id: RecordID
    /// When it happened, in milliseconds since 1970 UTC.
    package var time: Int64
    /// The site that wrote it down; a weak hint only, since issues cross sites.
    package var site: String
    /// The subject; may be empty.
    package var title: String
    /// What the customer said; may be empty.
    package var body: String
    /// The handbook's code, when given.
    package var category: String?
    /// The product, order or place named by a form field, when given.
    package var product: String?
    /// The settled identity of who complained; nil is anonymous.
    package var complainant: String?

    package init(
        id: RecordID, time: Int64, site: String, title: String = "", body: String = "", category: String? = nil,
        product: String? = nil, complainant: String? = nil
    ) {
        self.id = id
        self.time = time
        self.site = site
        self.title = title
        self.body = body
        self.category = category
        self.product = product
        self.complainant = complainant
    }

    /// Whether nothing is left of its words, as after an erasure: it is like no other text, and is counted all the same.
    package var isWordless: Bool { title.isEmpty && body.isEmpty }

    /// The canonical order of texts: earlier first, then by identity.
    package static func precedes(_ left: IssueText, _ right: IssueText) -> Bool {
        (left.time, left.id) < (right.time, right.id)
    }
}
