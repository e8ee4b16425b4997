import Crypto
import Foundation
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Rules
import Storage

extension Fold {
    /// Folds what is stored beyond the cursors, at most one batch of each log. True when there is more.
    func foldStored(at now: Timestamp) throws -> Bool {
        let cursors = try views.cursors()
        var more = false
        var published: [RecordRow] = []
        for log in try store.storedLogs() {
            let cursor = cursors[log.number] ?? Cursor()
            let end = cut.map { $0.folded[log.number] ?? .zero } ?? log.durable.sequence
            guard cursor.sequence < end else { continue }
            let entries = try store.entries(
                of: log.number, after: cursor.sequence, limit: min(Self.batch, Int(end.value - cursor.sequence.value)))
            let (texts, merged, latest, linked, tokens, months) = try views.write { writer in
                var batch = FoldBatch(log: log, cursor: cursor, handbook: handbook, erasures: erasures)
                for entry in entries { try batch.fold(entry, writer) }
                try settleErasures(&batch, writer)
                try settleAmendments(&batch, writer)
                try settleWords(batch, writer)
                for id in batch.loads.sorted() { try judgeLoad(id, writer) }
                let linked = try settleCustomers(&batch, writer)
                try touchCasesByTier(&batch, writer)
                try writer.move(log.number, to: batch.cursor)
                for id in batch.touchedCases.sorted() {
                    batch.shared[id] = try judge(
                        id, known: batch.complaints, writer, at: now, cause: batch.causes[id])
                }
                try distribute(batch, writer)
                recurrence.issuesChanged(
                    try batch.touchedCases.compactMap { try writer.context(of: $0)?.issue })
                let concernsRepeats = recurrence.casesChanged(batch.touchedCases)
                recurrence.decide(batch.decisions)
                if !batch.texts.isEmpty || !batch.retold.isEmpty || batch.hasMergedCustomers || concernsRepeats
                    || !batch.decisions.isEmpty
                {
                    try writer.noteUngrouped()
                }
                try writer.noteUnrevised(batch.months.subtracting(touchedMonths))
                if batch.concernsActions { actionReview = .zero }
                published += batch.orders
                erasures = batch.erasures
                return (
                    (new: batch.texts, retold: batch.retold), batch.hasMergedCustomers, batch.latestRecorded, linked,
                    (all: batch.touchedCustomers, keyAccounts: batch.keyAccounts), batch.months
                )
            }
            touchedMonths.formUnion(months)
            latestRecorded.merge(latest) { max($0, $1) }
            recurrence.add(texts.new)
            recurrence.replace(texts.retold)
            if merged { recurrence.customersChanged(by: linked) }
            keyAccountsTouched(tokens.all, areNew: tokens.keyAccounts, merged: merged)
            if let last = entries.last, last.sequence < end { more = true }
        }
        return try noticed(published) || more
    }

    /// Loads the texts that the grouping works on.
    func loadTexts() throws {
        touchedMonths = try views.unrevisedMonths()
        let rows = try views.textRows(limit: RecurrenceKeeper.bound)
        for row in rows {
            guard let record = try record(row) else { continue }
            recurrence.add(SourcedText.texts(of: record))
        }
        recurrence.decide(try views.issueDecisionRows().compactMap { try record($0) })
        let issues = try views.issueIDs()
        recurrence.loaded(issues: issues)
        try reviewVanishedIssues(known: Set(issues))
        recurrence.isBuilding = try views.cursors().isEmpty || views.hasUngrouped()
        latestRecorded = try views.latestRecorded()
    }

    /// A record as it stands: from the store, with its corrected times, and with the content of its correction.
    nonisolated func record(_ row: RecordRow) throws -> Record? {
        guard let record = try record(at: row.place) else { return nil }
        guard let place = row.correction, let correction = try self.record(at: place) else { return record }
        return record.corrected(by: correction)
    }

    /// A record as it was written down.
    nonisolated func record(at place: RecordRow.Place) throws -> Record? {
        guard let stored = try store.entry(of: place.log, place.sequence), let owner = store.owner(of: place.log) else {
            return nil
        }
        return try Record(
            stored, site: owner.site, epoch: owner.epoch, sequence: place.sequence, clockOffset: place.clockOffset)
    }
}

/// The entries of one log that are folded in one transaction.
struct FoldBatch {
    let log: RecordStore.StoredLog
    var cursor: Cursor
    let handbook: Handbook
    var zone: TimeZoneRules { handbook.zone }
    /// Cases of which a record came in.
    var touchedCases: Set<RecordID> = []
    /// Complaints of this batch, decoded.
    var complaints: [RecordID: Record] = [:]
    var texts: [SourcedText] = []
    /// The texts of each record that was amended; none where it does not count any more.
    var retold: [RecordID: [SourcedText]] = [:]
    /// Records whose amendments have to be looked at.
    var unsettled: Set<RecordID> = []
    /// Cases with which other sites than their own have to do.
    var shared: [RecordID: CaseEvidence] = [:]
    /// Notes of how busy a site was.
    var loads: Set<RecordID> = []
    /// What somebody wrote for the sites: handbooks, action items, lessons, merges, erasures.
    var orders: [RecordRow] = []
    /// Amendments that have effect, by what they amend.
    var amended: [(target: RecordID, amendment: RecordID)] = []
    /// The amendment that made a case another one.
    var causes: [RecordID: RecordID] = [:]
    var months: Set<Month> = []
    /// An action item came in, or something was said of one.
    var concernsActions = false
    /// What was decided about issues.
    var decisions: [Record] = []
    /// Whose personal parts are to be gone, by what was folded so far.
    var erasures: Erasures
    /// Erasures of this batch that have effect.
    var orderedErasures: [Record] = []
    /// Entries that came with a personal part that is to be gone.
    var erased: [RecordStore.ErasedEntry] = []
    /// Where records stand, or stood, whose words changed since they could be searched; and which records these are.
    var reworded: [RecordRow.Place] = []
    var rewordedRecords: [RecordID] = []
    /// All exact keys of the customers of its records and of those that it amends, and those of key accounts.
    var touchedCustomers: Set<Data> = []
    var keyAccounts: Set<Data> = []
    /// Persons that were two before turned out to be one.
    var hasMergedCustomers = false
    /// A customer by exact keys has another name than before.
    var hasRenamedCustomers = false
    /// Exact keys that no record had named before.
    var newKeys: Set<Data> = []
    /// A key of each customer of whom a profile came in or changed, or who became another person.
    var profiled: Set<Data> = []
    /// When the site's latest record was written down.
    var latestRecorded: [SiteID: Timestamp] = [:]

    init(log: RecordStore.StoredLog, cursor: Cursor, handbook: Handbook, erasures: Erasures) {
        self.log = log
        self.cursor = cursor
        self.handbook = handbook
        self.erasures = erasures
    }

    mutating func fold(_ stored: RecordStore.StoredEntry, _ writer: ViewWriter) throws {
        defer { cursor.sequence = stored.sequence }
        // Only its hash is here: the store counts it, the site's certificate says so.
        guard !stored.entry.damaged else { return }
        var record: Record
        do {
            record = try Record(
                stored.entry, site: log.site, epoch: log.durable.epoch, sequence: stored.sequence,
                clockOffset: cursor.clockOffset)
        } catch {
            // Stored whole, shown, and tried again by a later version; it blocks nothing.
            return try writer.noteUnreadable(log: log.number, sequence: stored.sequence, reason: error.reason)
        }
        try settlePersonalPart(of: &record, writer)
        switch record.facts.body {
        case .clockOffset(let offset): cursor.clockOffset = offset.correction
        case .seal(let seal): try writer.noteSeal(seal, log: log.number, sequence: stored.sequence, site: log.site)
        case .gap(let gap): try note(gap, record, writer)
        case .keyChange, nil: break
        case .issueDecision where log.site != .headquarters:
            try writer.noteUnreadable(
                log: log.number, sequence: stored.sequence, reason: "only headquarters decides about issues")
        case .delivery: break  // stands in outboxes only
        case .visit, .complaint, .step, .survey, .customer, .load, .correction, .retraction, .merge, .unmerge,
            .erasure, .action, .handbookVersion, .lesson, .issueDecision, .progress:
            try fold(record, stored, writer)
        }
    }

    /// A site certifies that entries are gone for good.
    private func note(_ gap: GapCertificate, _ record: Record, _ writer: ViewWriter) throws {
        guard let range = EntryRange(gap) else {
            return try writer.noteUnreadable(
                log: log.number, sequence: record.sequence, reason: "its range is not one")
        }
        let flag = Flag.entriesLost(range, of: log.site, at: record.occurred)
        try writer.setFlags([try FlagRow(flag, subject: flag.id)], of: flag.id) { $0.withdrawn(by: nil) }
    }

    private mutating func fold(_ record: Record, _ stored: RecordStore.StoredEntry, _ writer: ViewWriter) throws {
        guard let kind = RecordRow.Kind(record.facts.body) else { return }
        let place = RecordRow.Place(log: log.number, sequence: stored.sequence, clockOffset: cursor.clockOffset)
        var row = RecordRow(record, kind, at: place, received: stored.receivedAt, zone: zone)
        row.textKey = row.textKey ?? erasures.textKey(of: record.id)
        months.insert(Month(of: record.occurred, in: zone))
        latestRecorded[log.site] = max(latestRecorded[log.site] ?? .zero, record.recorded)
        if try !writer.insert(row) {
            guard try settle(row, record, writer) else { return }
        }
        // Name and address are a reference, no exact key: they never join anything.
        // What was written together belongs together, whatever becomes of the record: so it does not matter what came first.
        let tokens = record.facts.customerTokens + record.facts.correction.corrected.customerTokens
        let joining = try writer.join(tokens.map(\.value))
        hasMergedCustomers = joining.isMerged || hasMergedCustomers
        hasRenamedCustomers = joining.isRenamed || hasRenamedCustomers
        newKeys.formUnion(joining.newKeys)
        if kind == .customer || joining.isMerged, let token = tokens.first?.value { profiled.insert(token) }
        touchedCustomers.formUnion(tokens.map(\.value))
        noteKeyAccount(record)
        if let id = record.caseID { touchedCases.insert(id) }
        if kind == .complaint { complaints[record.id] = record }
        if kind == .issueDecision { decisions.append(record) }
        if kind == .erasure { noteErasure(record) }
        if [.action, .progress, .retraction].contains(kind) { concernsActions = true }
        texts += SourcedText.texts(of: record)
        if kind == .load { loads.insert(record.id) }
        if kind.isForSites { orders.append(row) }
        if let target = record.amends { unsettled.insert(target) }
        if try writer.isAmended(record.id) { unsettled.insert(record.id) }
    }

    /// A profile names a key account: by all of its keys.
    mutating func noteKeyAccount(_ record: Record) {
        guard case .customer(let profile) = record.facts.body, profile.isKeyAccount(handbook) else { return }
        keyAccounts.formUnion(record.facts.customerTokens.map(\.value))
    }

    /// Two entries claim one id: the earlier in the order of records stands, whichever arrived first; other content is noted.
    /// False when the one that is there stands.
    private mutating func settle(_ row: RecordRow, _ record: Record, _ writer: ViewWriter) throws -> Bool {
        guard let other = try writer.existing(row.id), (other.log, other.sequence) != (row.log, row.sequence)
        else { return false }
        let isEarlier =
            (row.occurred, row.recorded, row.site, row.log, row.sequence)
            < (other.occurred, other.recorded, other.site, other.log, other.sequence)
        if other.content != row.content {
            let loser = isEarlier ? other : row
            try writer.noteConflict(row.id, log: loser.log, sequence: loser.sequence)
            let flag = Flag.recordConflict(
                row.id, sites: [row.site, other.site], at: max(row.occurred, other.occurred))
            try writer.setFlags([try FlagRow(flag, subject: flag.id)], of: flag.id) { $0.withdrawn(by: nil) }
        }
        guard isEarlier else { return false }
        try writer.replace(row)
        noteReworded(other)
        if let id = other.caseID { touchedCases.insert(id) }
        return true
    }
}
