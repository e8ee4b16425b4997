package import Handbooks
package import Records
import Rules
package import Storage

/// What this site knows of its customers and cases, from what it wrote down itself and what headquarters handed on: cases that
/// were given to it, corrections, and its own records after it lost its disk. Works offline.
///
/// Reads the log when it is first asked and from then on only what is new. Keeps facts, and the customer reference to show;
/// no texts.
package actor SiteBook {
    /// Records read at a time.
    private static let batch = 1000

    let log: SiteLog
    private let inbox: InboxLog?
    private let currentHandbook: @Sendable () -> Handbook
    let zone: TimeZoneRules
    private var cursor = SiteLog.Place.beginning
    /// Whether what is left of trimmed records was read; what is trimmed later was read before.
    private var knowsTrimmed = false
    /// How far the inbox was read.
    private var arrived: Int64 = 0
    /// When headquarters last handed something on: what other sites did is known up to then.
    private(set) var heardOfOthers = Timestamp.zero
    /// What came otherwise than by the log.
    private var known: Set<RecordID> = []
    /// Corrections and retractions, and what follows from them.
    private var amendments: [Record] = []
    private var amended = (by: Amendments([]), count: 0)
    /// Merges of customers and their undoing, and how many of them the customers here follow from.
    private var links: [Record] = []
    private var linked = 0
    var customers: CustomerBook
    var cases = SiteCases()

    /// - Parameters:
    ///   - inbox: what headquarters handed on counts, too: cases that were given to this site, and what it lost.
    ///   - handbook: asked for each list.
    package init(
        log: SiteLog, inbox: InboxLog? = nil, handbook: @autoclosure @escaping @Sendable () -> Handbook,
        zone: TimeZoneRules
    ) {
        self.log = log
        self.inbox = inbox
        currentHandbook = handbook
        self.zone = zone
        customers = CustomerBook(site: log.site, zone: zone)
    }

    var handbook: Handbook { currentHandbook() }

    /// Personal parts of what was read are gone: all of it is read again.
    package func forget() {
        (amended, linked) = ((by: Amendments([]), count: 0), 0)
        beginAnew(merges: [])
    }

    /// A record as it stands, with its correction; nil when it is not here or does not count.
    func record(_ id: RecordID) throws -> Record? {
        guard let found = try log.record(id) ?? inbox?.item(id)?.record else { return nil }
        let standing = amended.by.standing(of: found)
        return standing.retraction == nil ? standing.record : nil
    }

    // MARK: Reading the log

    func catchUp() throws {
        try readOn()
        while amendments.count > amended.count || links.count > linked {
            // An amendment may concern any record, and a merge any customer: all is read anew, by those that are known now.
            amended = (Amendments(amendments), amendments.count)
            linked = links.count
            let merges = CustomerLinks(links.filter { amended.by.standing(of: $0).retraction == nil }).merges
            beginAnew(merges: merges)
            try readOn()
        }
    }

    private func beginAnew(merges: [CustomerLinks.Link]) {
        (cursor, arrived, knowsTrimmed, known, amendments, links) = (.beginning, 0, false, [], [], [])
        (customers, cases) = (CustomerBook(site: log.site, zone: zone), SiteCases())
        for merge in merges { customers.join(merge.one + merge.other) }
    }

    private func readOn() throws {
        if !knowsTrimmed {
            for record in try log.remembered() { takeOnce(record) }
            knowsTrimmed = true
        }
        while true {
            let items = try inbox?.items(after: arrived, limit: Self.batch) ?? []
            for item in items {
                // Its own, given back: some of it may be here still, and is read from the log.
                if try item.reason == .returned && log.holds(item.record.id) { continue }
                takeOnce(item.record)
            }
            guard let last = items.last else { break }
            arrived = last.number
            heardOfOthers = max(heardOfOthers, last.receivedAt)
        }
        while true {
            let records = try log.records(after: cursor, limit: Self.batch)
            for placed in records where !known.contains(placed.record.id) { take(placed.record) }
            guard let last = records.last else { return }
            cursor = last.place
        }
    }

    private func takeOnce(_ record: Record) {
        if known.insert(record.id).inserted { take(record) }
    }

    private func take(_ record: Record) {
        if record.amends != nil {
            amendments.append(record)
        } else if CustomerLinks.isLink(record) {
            links.append(record)
        } else {
            note(record)
        }
    }

    private func note(_ original: Record) {
        let standing = amended.by.standing(of: original)
        guard standing.retraction == nil else { return }
        customers.note(standing.record)
        cases.note(standing.record)
        // Limits may go by the customer's tier, which a late profile tells, or a record that makes one of two customers.
        guard let number = customers.customer(withTokens: standing.record.facts.customerTokens) else { return }
        for complaint in customers.customers[number]?.complaints ?? [] { cases.lines[complaint] = nil }
    }
}
