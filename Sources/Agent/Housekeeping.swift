import Foundation
package import Logging
package import Records
import ServiceLifecycle
package import Storage

/// What an agent does by itself, every few seconds: writes down acknowledgements and clock offsets, seals months that are
/// over, mends what is damaged, carries out erasures, and tells the service manager that it is alive.
package struct Housekeeping: Service {
    /// Offsets are written down at most so often.
    private static let offsetInterval: Duration = .seconds(60)
    /// A smaller change than this, beyond the measurement's uncertainty, is not written down.
    private static let smallestChange: Duration = .seconds(1)
    /// The greatest pause between two rounds.
    private static let pause: Duration = .seconds(5)

    private let log: SiteLog
    private let replicator: Replicator?
    private let sealing: Sealing
    private let repair: LogRepair
    private let erasing: Erasing?
    /// Bytes that the log may use.
    private let budget: UInt64
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let alive: @Sendable () -> Void
    private let interval: Duration

    /// - Parameters:
    ///   - erasing: carries out headquarters' erasures.
    ///   - budget: bytes that the log may use.
    ///   - watchdog: how often `alive` must be called; nil for never.
    ///   - alive: tells the service manager.
    package init(
        log: SiteLog, replicator: Replicator?, sealing: Sealing, erasing: Erasing? = nil, budget: UInt64,
        logger: Logger,
        watchdog: Duration? = nil,
        alive: @escaping @Sendable () -> Void = {}, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.replicator = replicator
        self.sealing = sealing
        self.erasing = erasing
        repair = LogRepair(log: log, replicator: replicator, logger: logger)
        self.budget = budget
        self.logger = logger
        self.clock = clock
        self.alive = alive
        interval = min(Self.pause, watchdog ?? Self.pause)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                alive()
                await round()
                // A cancelled sleep ends the loop.
                try? await Task.sleep(for: interval)
            }
        }
        await persist()
    }

    /// One round; a failure is logged and tried again in the next.
    package func round() async {
        await persist()
        do {
            try await erasing?.round()
            try await trim()
            try await noteClock()
            // Before a month is sealed: a seal says that everything is here.
            try await repair.round(at: clock())
            try await sealing.sealDue()
        } catch {
            logger.error("housekeeping", metadata: ["error": "\(error)"])
        }
    }

    private func persist() async {
        do {
            try await log.persistAcknowledged()
        } catch {
            logger.error("noting the acknowledgement", metadata: ["error": "\(error)"])
        }
    }

    private func trim() async throws {
        let report = try await log.trim(budget: budget)
        guard report.trimmed > 0 else { return }
        logger.info("trimmed the log", metadata: ["entries": "\(report.trimmed)"])
        if report.early > 0 {
            logger.warning(
                "the disk budget left no other way: entries were trimmed that headquarters has not backed up",
                metadata: ["entries": "\(report.early)"])
        }
    }

    private func noteClock() async throws {
        guard let (offset, uncertainty) = await replicator?.measuredClock else { return }
        let now = clock()
        try await note(offset: offset, uncertainty: uncertainty, at: now)
    }

    /// Writes an offset down when it is the first or differs from the last one.
    func note(offset: Duration, uncertainty: Duration, at now: Timestamp) async throws {
        if let last = try log.memory("clock_offset").flatMap({ Noted($0) }) {
            let change = abs((offset - last.offset).wholeMilliseconds)
            guard change > (Self.smallestChange + uncertainty).wholeMilliseconds else { return }
            guard (now - last.at).magnitude >= Self.offsetInterval else { return }
        }
        var body = ClockOffset()
        body.since = now.milliseconds
        body.offsetMs = offset.wholeMilliseconds
        body.uncertaintyMs = UInt32(clamping: uncertainty.wholeMilliseconds)
        var facts = Facts()
        facts.author = "huiyin"
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.body = .clockOffset(body)
        _ = try await log.append([SiteLog.Draft(facts: facts)], at: now)
        try await log.remember("clock_offset", Noted(offset: offset, at: now).text)
    }

    /// What was last written down, as the log remembers it.
    private struct Noted {
        var offset: Duration
        var at: Timestamp

        init(offset: Duration, at: Timestamp) {
            self.offset = offset
            self.at = at
        }

        init?(_ text: String) {
            let parts = text.split(separator: " ").compactMap { Int64($0) }
            guard parts.count == 2 else { return nil }
            offset = .milliseconds(parts[0])
            at = Timestamp(milliseconds: parts[1])
        }

        var text: String { "\(offset.wholeMilliseconds) \(at.milliseconds)" }
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
