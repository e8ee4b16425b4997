package import Records
import StrictYAML

/// How customers are told apart and looked after. (domain: customers.)
package struct CustomerPolicy: Hashable, Sendable {
    /// 客户细分: the first that fits is a customer's segment.
    package var segments: [Segment]
    /// 客户分级; nil where the handbook grades no customers.
    package var grading: TierPolicy?
    /// 重点客户.
    package var keyAccounts: KeyAccountPolicy?
    /// 客户服务瀑布.
    package var waterfall: Waterfall?
    /// An existing customer whom nobody contacted for so long is listed; nil lists nobody.
    package var contactLapsesAfter: Span?

    /// What stands when a handbook says nothing about customers.
    package static let none = CustomerPolicy(segments: [])

    package init(
        segments: [Segment], grading: TierPolicy? = nil, keyAccounts: KeyAccountPolicy? = nil,
        waterfall: Waterfall? = nil, contactLapsesAfter: Span? = nil
    ) {
        self.segments = segments
        self.grading = grading
        self.keyAccounts = keyAccounts
        self.waterfall = waterfall
        self.contactLapsesAfter = contactLapsesAfter
    }

    /// The segment of a customer with this brand and this revenue per user; brand first, then ARPU.
    package func segment(brand: String, arpu: Double?) -> Segment? {
        segments.first { segment in
            let hasBrand = segment.brands.isEmpty || segment.brands.contains { $0.lowercased() == brand.lowercased() }
            return hasBrand && segment.arpuAtLeast.map { least in arpu.map { $0 >= least } ?? false } ?? hasBrand
        }
    }
}

/// A kind of customers and how they are served, 客户细分. (domain: customers, "Segments".)
package struct Segment: Hashable, Sendable {
    package var code: String
    package var term: Term
    /// Any of these; empty for every brand.
    package var brands: [String]
    /// The least revenue per user; nil for any.
    package var arpuAtLeast: Double?
    /// How serving them differs: staff, level, content, hours and mode of service.
    package var service: Term
}

/// What looking after a key account asks for. (domain: customers, "Key accounts".)
package struct KeyAccountPolicy: Hashable, Sendable {
    /// Each event of a key account puts a visit due within this time at the head of the list, 先回访制度.
    package var firstVisitWithin: Span
    /// No contact for so long is a flag.
    package var silentAfter: Span
    /// Visit by management, letters, gifts, birthdays, panels.
    package var rhythm: [Contact]

    /// One thing that is done regularly. A visit that names its code among its plan items does it.
    package struct Contact: Hashable, Sendable {
        package var code: String
        package var term: Term
        /// Counted from the last time it was done; nil where the calendar says when.
        package var every: Span?
        /// Due on the customer's birthday, where a profile states one.
        package var isForBirthdays: Bool
        package var method: Visit.Method
        /// How long after it fell due it is still in time.
        package var within: Span
    }
}

extension CustomerPolicy {
    init(_ reader: inout YAMLReader) {
        segments = reader.objects("segments") { Segment(&$0) } ?? []
        Handbook.checkUnique(segments.map(\.code), "segments", &reader)
        grading = reader.object("grading") { TierPolicy(&$0) }
        keyAccounts = reader.object("key_accounts") { KeyAccountPolicy(&$0) }
        waterfall = reader.object("waterfall") { Waterfall(&$0) }
        contactLapsesAfter = reader.span("contact_lapses_after")
    }
}

extension Segment {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "service")
        code = reader.code("code") ?? ""
        term = reader.term()
        brands = reader.strings("brands", limit: 256) ?? []
        arpuAtLeast = reader.double("arpu_at_least", in: 0...1e12)
        service = reader.term("service") ?? Term("", "")
    }
}

extension KeyAccountPolicy {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("first_visit_within", "silent_after", "rhythm")
        firstVisitWithin = reader.span("first_visit_within") ?? .months(1)
        silentAfter = reader.span("silent_after") ?? .months(1)
        rhythm = reader.objects("rhythm") { Contact(&$0) } ?? []
        Handbook.checkUnique(rhythm.map(\.code), "rhythm", &reader)
    }
}

extension KeyAccountPolicy.Contact {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        isForBirthdays = reader.bool("on_birthdays") ?? false
        if !isForBirthdays { reader.require("every") }
        every = isForBirthdays ? nil : reader.span("every") ?? .months(1)
        method = reader.word("method") ?? .onSite
        within = reader.span("within") ?? .months(1)
    }
}
