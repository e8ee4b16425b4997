package import Embeddings
import Foundation
import GRDB
package import Handbooks
package import Logging
import Platform
package import Records
package import struct Records.Record
import Replication
import Rules
package import Storage
import Synchronization
import ZeroMQ

/// Turns stored entries into views: cases and their grades, issues, flags; re-judges them as time passes.
///
/// One thread of its own does all the writing. What it writes is a function of the set of records, the handbook, the moment and
/// until when each site was heard; the cursor moves in the transaction that counts an entry.
package actor Fold {
    /// Greatest number of entries in one transaction.
    static let batch = 1000
    /// Greatest number of cases re-judged in one transaction.
    static let reviews = 500
    /// Flags are announced at least this often while entries keep coming in.
    static let announceWithin: Duration = .seconds(2)
    /// The clock is looked at least this often: sites may be heard, and the wall clock may be set.
    static let heartbeat: Duration = .seconds(1)

    nonisolated let thread: SocketThread
    /// Where texts are grouped, beside everything else.
    nonisolated let grouping: SocketThread
    /// Set when the daemon ends: a grouping under way is given up.
    nonisolated let isEnding = EndingMark()
    /// Counts rebuilds: what a grouping from before one found is not written.
    var generation = 0
    let store: RecordStore
    let views: Views
    let registry: Registry
    let contacts: Contacts
    var rules: CaseRules {
        didSet { subjects?.adopt(rules.handbook) }
    }
    /// Told when another handbook comes into force; nil where nobody asks what the feed is about.
    private let subjects: FeedSubjects?
    /// The newest handbook that was published and can be read; nil when the configured one is in force.
    var published: PublishedHandbook?
    /// Called after entries were appended to outboxes.
    nonisolated let onOutboxes: @Sendable ([SiteID: LogPosition]) -> Void
    nonisolated let logger: Logger
    /// Knows what texts mean; nil where no model is asked.
    nonisolated let meanings: MeaningDesk?
    var recurrence: RecurrenceKeeper
    /// Whose personal parts are to be gone; outlasts the views.
    var erasures = Erasures()
    /// Key accounts of whom something came in, or whose time is over.
    var accounts = KeyAccountWatch()
    /// What headquarters said of who is one, by record.
    var links: [RecordID: Record] = [:]
    /// When each site's latest record was written down.
    var latestRecorded: [SiteID: Timestamp] = [:]
    /// What was found of each site's silence the last time.
    var silences: [SiteID: SiteSilence.Status] = [:]
    /// What was last seen of logs' incidents; nil before the first look.
    var incidents: IncidentsSeen?
    /// How many entries each site had trimmed early when that was flagged the last time.
    var flaggedTrimming: [SiteID: UInt64] = [:]
    /// Months of which a record came in since the digests were last compared.
    var touchedMonths: Set<Month> = []
    /// When action items are looked at next; nil while none waits for its day.
    var actionReview: Timestamp? = .zero
    /// Whether the feed has been given what it lacked of closed months since the start.
    var hasAnnouncedMonths = false
    /// Whether months close by themselves, as the handbook plans.
    let closesMonths: Bool
    /// When it is looked next whether the last month can be closed, and who has not sealed it.
    var closingReview = Timestamp.zero
    var sealReview = Timestamp.zero
    /// Called after entries were appended to the feed.
    private let onFeed: @Sendable () -> Void
    private let isScheduled = Mutex(false)
    private var timer: TimerID?
    private var lastAnnounced: Duration = .zero
    private var isStopped = false
    private(set) var isCaughtUp = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    /// What a rebuild compares views at; nil while none is under way.
    var cut: FoldCut?
    /// The rebuild under way, waiting for everything up to its cut.
    private var rebuild: CheckedContinuation<Void, Never>?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    package init(
        store: RecordStore, views: Views, registry: Registry, contacts: Contacts, handbook: Handbook, logger: Logger,
        meanings: MeaningDesk? = nil, subjects: FeedSubjects? = nil, closesMonths: Bool = false,
        onOutboxes: @escaping @Sendable ([SiteID: LogPosition]) -> Void = { _ in },
        onFeed: @escaping @Sendable () -> Void
    ) throws {
        thread = try SocketThread(name: "fold")
        grouping = try SocketThread(name: "grouping")
        self.store = store
        self.views = views
        self.registry = registry
        self.contacts = contacts
        self.logger = logger
        self.meanings = meanings
        self.closesMonths = closesMonths
        self.subjects = subjects
        self.onFeed = onFeed
        self.onOutboxes = onOutboxes
        rules = CaseRules(handbook: handbook)
        recurrence = RecurrenceKeeper()
    }

    /// What people decided about issues and still holds, the earliest first.
    var decided: [Record] { recurrence.decided.standing }

    package var handbook: Handbook { rules.handbook }

    /// Entries became durable: fold soon. May be called from any thread, as often as one likes.
    package nonisolated func wake() {
        let mustSchedule = isScheduled.withLock { scheduled in
            defer { scheduled = true }
            return !scheduled
        }
        if mustSchedule { thread.perform { self.assumeIsolated { $0.run() } } }
    }

    /// More is known of what texts mean than at the last grouping. May be called from any thread.
    nonisolated func meaningsGrew() {
        thread.perform {
            self.assumeIsolated { $0.recurrence.meaningsChanged() }
            self.wake()
        }
    }

    /// Loads what is kept in memory and begins.
    /// - Parameter ordered: erasures that the store may not have yet.
    package func start(knowing ordered: [Record] = []) throws {
        try loadErasures(ordered)
        try loadHandbook()
        try loadTexts()
        try loadLinks()
        wake()
    }

    package func stop() {
        isStopped = true
        isEnding.set()
        if let timer { thread.cancel(timer) }
        rebuild?.resume()
        rebuild = nil
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// Ends the threads; after `stop`, from another thread.
    package nonisolated func join() {
        isEnding.set()
        grouping.stop()
        thread.stop()
    }

    /// Returns when everything that is stored now is in the views and announced.
    package func caughtUp() async {
        if isStopped { return }
        isCaughtUp = false
        wake()
        await withCheckedContinuation { waiters.append($0) }
    }

    /// Returns when everything up to the cut is in the views.
    func reachedCut() async {
        if isStopped { return }
        wake()
        await withCheckedContinuation { rebuild = $0 }
    }

    // MARK: One turn

    func run() {
        isScheduled.withLock { $0 = false }
        guard !isStopped else { return }
        do {
            let now = moment
            let more = try foldStored(at: now.wall)
            let due = more ? false : try review(at: now.wall)
            let waiting = more ? false : try assignArrivals(at: now.wall) || reviewIssues(at: now.wall)
            let isQuiet = !more && !due && !waiting
            var isWatching = false
            var isIndexing = false
            if isQuiet, recurrence.mustRegroup(at: now.uptime, isAwaited: isAwaited) { beginGrouping() }
            if isQuiet, recurrence.isSettled { recurrence.isBuilding = false }
            if !recurrence.isBuilding {
                if isQuiet {
                    try watchSilence(at: now.wall)
                    isWatching = try watchKeyAccounts(at: now.wall)
                    try noteIncidents()
                    try watchTrimming()
                    try watchActions(at: now.wall)
                    try watchSeals(at: now.wall)
                }
                if isQuiet || now.uptime - lastAnnounced >= Self.announceWithin {
                    try announce(at: now.wall)
                    lastAnnounced = now.uptime
                }
            }
            if isQuiet, !isWatching, recurrence.isSettled {
                try announceClosedMonths()
                try reviseDigests(at: now.wall)
                try closeByPlan(at: now.wall)
                answerWaiting()
            }
            if isQuiet, !isWatching { isIndexing = try indexWords() }
            more || due || waiting || isWatching || isIndexing ? wake() : sleep(until: try nextReview(), now)
        } catch {
            logger.error("folding; trying again", metadata: ["error": "\(error)"])
            sleep(until: nil, SystemClock.moment)
        }
    }

    /// The present, which stands still during a rebuild.
    var moment: Moment {
        let now = SystemClock.moment
        return cut.map { Moment(uptime: now.uptime, wall: $0.wall) } ?? now
    }

    private var isAwaited: Bool { rebuild != nil || !waiters.isEmpty }

    /// Everything known is in the views.
    private func answerWaiting() {
        rebuild?.resume()
        rebuild = nil
        // The others asked for what came in since, too.
        guard cut == nil else { return }
        isCaughtUp = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    private func sleep(until review: Timestamp?, _ now: Moment) {
        var delay = Self.heartbeat
        if let review { delay = min(delay, max(.milliseconds(1), review - now.wall)) }
        if recurrence.isDirty, !recurrence.isGrouping {
            delay = min(delay, max(.milliseconds(1), recurrence.notBefore - now.uptime))
        }
        if let timer { thread.cancel(timer) }
        timer = thread.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.run() } }
    }

    /// Announces flags that the feed does not know.
    private func announce(at now: Timestamp) throws {
        while true {
            let flags = try views.write { try $0.unannouncedFlags(limit: 500) }
            guard !flags.isEmpty else { return }
            let announcements = try flags.filter { try !$0.withdrawn || isStanding($0.id) }.map { flag in
                Announcement(kind: "flag", subject: flag.id, sites: flag.sites, payload: flag.payload)
            }
            // First the feed, then the mark: a crash in between announces again, which changes nothing.
            if try store.announce(announcements, at: now) > 0 { onFeed() }
            try views.write { try $0.markAnnounced(flags) }
        }
    }

    /// Whether the feed says that a flag stands: of any other there is nothing to take back.
    private func isStanding(_ flag: RecordID) throws -> Bool {
        guard let newest = try store.newest(of: flag) else { return false }
        return try FlagPayload(json: newest.payload).state == .raised
    }

    func announceDigest() { onFeed() }
}

/// A mark that is set once, from any thread.
final class EndingMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { mark.load(ordering: .relaxed) }

    func set() { mark.store(true, ordering: .relaxed) }
}
