import Handbooks
import Records
import Replication
import Storage

/// Everything beside the handbook that views follow from, held still while they are computed anew and compared.
struct FoldCut: Sendable {
    let wall: Timestamp
    /// How far each log is folded, by its number.
    let folded: [Int64: SequenceNumber]
    /// Until when each site was heard.
    let heard: [SiteID: Timestamp]
}

extension Fold {
    /// Drops the views and folds everything anew. Returns the views' checksums before and after, both of the same entries and
    /// the same moment: what comes in meanwhile is folded afterwards.
    package func rebuild() async throws -> (before: String, after: String) {
        await caughtUp()
        guard cut == nil else { throw RequestFailure("another rebuild is under way; ask again when it has ended") }
        cut = FoldCut(
            wall: moment.wall,
            folded: Dictionary(uniqueKeysWithValues: try store.storedLogs().map { ($0.number, $0.durable.sequence) }),
            heard: contacts.all)
        defer {
            cut = nil
            wake()
        }
        // What is looked at from time to time is looked at on both sides of the comparison.
        (actionReview, sealReview) = (.zero, .zero)
        await reachedCut()
        while try indexWords() { await Task.yield() }
        let before = try views.checksum()
        try forgetViews()
        await reachedCut()
        while try indexWords() { await Task.yield() }
        return (before, try views.checksum())
    }

    /// Drops the views, to be computed anew under the handbook that is in force now.
    func forgetViews() throws {
        try views.reset()
        try views.note(handbook: handbook.version)
        recurrence = RecurrenceKeeper()
        generation += 1
        (links, accounts) = ([:], KeyAccountWatch())
        (latestRecorded, silences, incidents, flaggedTrimming, touchedMonths) = ([:], [:], nil, [:], [])
        (actionReview, sealReview) = (.zero, .zero)
    }
}
