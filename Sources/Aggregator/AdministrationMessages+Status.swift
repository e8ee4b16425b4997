package import Embeddings

/// `status`.
package struct HeadquartersStatus: Codable, Sendable {
    package var role: String
    package var endpoint: String
    package var headquartersKey: String
    /// Keys by which receipts are signed and were; the present one is the last.
    package var receiptKeys: [ReceiptKey]
    package var handbook: String
    /// Entries that are stored durably, of all sites.
    package var entries: Int
    /// Rows of each view; `folded` entries are in them.
    package var views: [String: Int]
    /// The feed's last number.
    package var feed: UInt64
    /// What sites sent that no honest one does, since the start.
    package var misbehaviour: Int
    package var malformed: Int
    /// Messages under keys that are not good any more.
    package var refusedMessages: Int
    /// Batches and entries that came in, since the start.
    package var batches: Int
    package var entriesReceived: Int
    /// Connections that could not be accepted, for want of file descriptors: an alarm.
    package var acceptFailures: Int
    package var diskFree: UInt64
    /// How many files this process may have open.
    package var openFiles: UInt64
    /// Headquarters' own log.
    package var own: OwnLogStatus
    /// "backups", or "none": then nothing is left of headquarters when its disk is gone, and sites trim by age alone.
    package var backupPolicy: String
    /// When the newest backup was made.
    package var newestBackup: String?
    /// Who is asked what texts mean; absent where nobody is.
    package var embeddings: MeaningDesk.Status?
    package var sites: [SiteStatus]
}

/// How headquarters' own log stands.
package struct OwnLogStatus: Codable, Sendable {
    package var head: UInt64
    /// Why what is written down here does not count yet; nil when it does.
    package var trouble: String?
}

/// How one site stands. What is not known is absent.
package struct SiteStatus: Codable, Sendable {
    /// The words of `state`.
    package enum State: String, Sendable, CaseIterable {
        case connected
        /// Connected, and nothing of what is missing arrives: the drain is frozen.
        case stalled
        case away
        case neverSeen = "never seen"
        case notEnrolled = "not enrolled"
        case revoked
        /// Nothing is expected of it, for a while or for good.
        case paused
        case retired

        /// Whether somebody must act.
        package var isRed: Bool { [.stalled, .neverSeen, .revoked].contains(self) }
    }

    package var id: String
    package var name: String
    /// connected, stalled, away, never seen, not enrolled, revoked, paused, retired.
    package var state: String
    package var lastSeen: String?
    /// Everything that it wrote down up to here is known.
    package var heardUntil: String?
    /// The head that the site claims.
    package var head: UInt64?
    package var durable: UInt64
    /// The site may trim up to here.
    package var backedUp: UInt64?
    /// Entries that the site trimmed before they were backed up, by its own word.
    package var trimmedEarly: UInt64?
    package var epoch: String?
    package var lagRecords: UInt64?
    /// Age of its oldest record that is not acknowledged.
    package var lagSeconds: Int?
    /// Bytes of what is not acknowledged, at the site.
    package var queueBytes: UInt64?
    package var diskFree: UInt64?
    /// Days until its disk is full, by how it shrank.
    package var diskDaysLeft: Double?
    /// Headquarters' clock minus the site's.
    package var clockOffsetMs: Int64?
    /// Days since its keys were made.
    package var keyAgeDays: Int?
    /// Entries that were stored whole and could not be read.
    package var unreadable: Int
    /// Entries that were damaged at the site and that nobody has any more; absent in what an older headquarters says.
    package var lost: Int?
    /// The latest month that it sealed.
    package var lastSealed: String?
    /// Records in its outbox, and how many of them it has; absent before it opened its downlink.
    package var outboxHead: UInt64?
    package var outboxAcknowledged: UInt64?
    /// Whether it has the handbook in force; absent when none was published.
    package var hasHandbook: Bool?

    init(id: String, name: String, state: String, durable: UInt64, unreadable: Int) {
        self.id = id
        self.name = name
        self.state = state
        self.durable = durable
        self.unreadable = unreadable
    }
}
