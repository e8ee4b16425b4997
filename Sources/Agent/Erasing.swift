package import Logging
import Records
import Rules
package import Storage

/// Carries out headquarters' erasures on what this branch holds: its own log, what is kept of trimmed entries, and what was
/// handed to it. Also one that came while the branch was out of reach, and again after the folder was rolled back: the log
/// itself remembers which were carried out on it.
package actor Erasing {
    private let log: SiteLog
    private let inbox: InboxLog
    private let logger: Logger
    private let onErased: @Sendable () async -> Void
    private var done: Set<RecordID> = []

    /// - Parameter onErased: called when personal parts went, for who keeps some of them in memory.
    package init(
        log: SiteLog, inbox: InboxLog, logger: Logger, onErased: @escaping @Sendable () async -> Void = {}
    ) {
        self.log = log
        self.inbox = inbox
        self.logger = logger
        self.onErased = onErased
    }

    /// Carries out what was not yet; nearly nothing to do when there is none.
    package func round() async throws {
        let pending = try inbox.erasures().filter { try !isDone($0.id) }
        guard !pending.isEmpty else { return }
        let erasures = Erasures(pending)
        let erased = try log.sweep { erasures.erasure(of: $0) != nil }
        let handed = try inbox.sweep { erasures.erasure(of: $0) != nil }
        for record in pending {
            try await log.remember(Self.name(record.id), "")
            done.insert(record.id)
        }
        logger.notice(
            "carried out headquarters' erasures",
            metadata: ["erasures": "\(pending.count)", "own": "\(erased)", "handed_on": "\(handed)"])
        if erased + handed > 0 { await onErased() }
    }

    private func isDone(_ erasure: RecordID) throws -> Bool {
        if done.contains(erasure) { return true }
        guard try log.memory(Self.name(erasure)) != nil else { return false }
        done.insert(erasure)
        return true
    }

    private static func name(_ erasure: RecordID) -> String { "erasure:\(erasure)" }
}
