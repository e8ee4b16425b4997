import Foundation
import Handbooks
import Logging
import Platform
import Records
import Storage
import Synchronization

/// Delivers the feed: to a file, to group robots, webhooks and mail. Each target has its own pace, and none waits for another.
///
///     feed ─► FeedFilter ─► DeliveryQueue (durable) ─► DeliveryPost
///        └──► FeedFile
final class DeliveryDesk: Sendable {
    /// The feed is looked at so often.
    private static let interval: Duration = .milliseconds(500)
    /// Greatest number of entries that are looked through at once.
    private static let batch = 1000

    let targets: [DeliveryTarget]
    private let file: AggregatorConfiguration.FeedFileSettings?
    private let store: RecordStore
    private let subjects: FeedSubjects
    private let state: DeliveryState
    private let post = DeliveryPost()
    private let logger: Logger

    init(
        _ configuration: AggregatorConfiguration, store: RecordStore, subjects: FeedSubjects, logger: Logger
    ) throws {
        targets = configuration.deliveries
        file = configuration.feedFile
        self.store = store
        self.subjects = subjects
        self.logger = logger
        state = try DeliveryState(folder: configuration.folder)
    }

    /// Returns when the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            if let file { group.addTask { await self.keep(file) } }
            for target in targets { group.addTask { await self.serve(target) } }
        }
    }

    /// How every target stands.
    func standing() throws -> [DeliveryReport] {
        let head = try store.feedHead()
        return targets.map { target in
            let queue = state[target.name]
            return DeliveryReport(
                name: target.name, form: target.form.rawValue, after: queue?.after, head: head, sent: queue?.sent ?? 0,
                dead: queue?.dead ?? 0, attempts: queue?.message?.attempts ?? 0,
                nextAttempt: queue?.message?.notBefore.rfc3339, fault: queue?.fault)
        }
    }

    /// Sends one message that says that it is a test, at once and outside of the order.
    func test(_ name: String) async throws -> DeliveryReport {
        guard let target = targets.first(where: { $0.name == name }) else {
            let known = targets.map(\.name).joined(separator: ", ")
            throw RequestFailure("no target is called \(name); there are: \(known.isEmpty ? "none" : known)")
        }
        var entry = FeedEntry()
        entry.kind = DeliveryMessage.testKind
        entry.appendedAt = SystemClock.wall.milliseconds
        let message = DeliveryMessage(id: "test-\(entry.appendedAt)", entries: [entry])
        do {
            try await post.send(message, to: target, handbook: subjects.inForce, at: SystemClock.wall)
        } catch {
            throw RequestFailure("\(name): \(error)")
        }
        return try standing().first { $0.name == name } ?? DeliveryReport(name: name, form: target.form.rawValue)
    }

    // MARK: A target

    private func serve(_ target: DeliveryTarget) async {
        var told = ""
        var watch = QuietWatch()
        while !Task.isCancelled {
            do {
                try await step(target, &watch, at: SystemClock.wall)
                told = ""
            } catch {
                // The same fault is said once.
                if "\(error)" != told {
                    logger.error("delivering", metadata: ["target": "\(target.name)", "error": "\(error)"])
                }
                told = "\(error)"
            }
            try? await Task.sleep(for: Self.interval)  // ends early only when cancelled
        }
    }

    /// Does what is to be done for a target at a moment: at the most one message is sent.
    /// - Parameter watch: of this target, from step to step.
    func step(_ target: DeliveryTarget, _ watch: inout QuietWatch, at now: Timestamp) async throws {
        // While it cannot be written what was sent, nothing is sent: a restart would send all that again.
        try state.settle()
        let epoch = feedEpoch
        var queue = try state[target.name] ?? DeliveryQueue(epoch: epoch, after: store.feedHead())
        queue.follow(epoch: epoch, after: try store.feedHead())
        // Where a new target begins is kept before anything else: what comes in during quiet hours is for it, too.
        if queue != state[target.name] { try state.keep(queue, of: target.name) }
        if queue.message == nil {
            let filter = subjects.settled(target.filter)
            if try isQuiet(target, filter, queue, &watch, at: now) { return }
            let before = queue
            let entries = try store.feed(after: queue.after, limit: Self.batch)
            let wanted = try entries.filter { try filter.wants($0, subjects.about) }
            queue.gather(wanted.map(\.sequence), through: entries.last?.sequence ?? queue.after, at: now)
            // On the disk before it is sent: after a restart the same message goes out under the same id.
            if queue != before { try state.keep(queue, of: target.name) }
        }
        guard let message = queue.message, queue.isDue(at: now) else { return }
        let entries = try entries(of: message)
        do {
            try await post.send(
                DeliveryMessage(id: message.id, entries: entries), to: target, handbook: subjects.inForce, at: now)
            queue.taken()
        } catch {
            logger.warning(
                "a delivery failed",
                metadata: ["target": "\(target.name)", "id": "\(message.id)", "reason": "\(error)"])
            let moment = SystemClock.wall
            var tried = queue
            if let dead = tried.failed("\(error)", at: moment) {
                do {
                    try state.bury(dead, entries.map(FeedLine.init), of: target.name, reason: "\(error)")
                } catch {
                    // What cannot be laid aside is not given up.
                    logger.error(
                        "a dead letter cannot be kept",
                        metadata: ["target": "\(target.name)", "id": "\(message.id)", "error": "\(error)"])
                    queue.postpone("\(error)", at: moment)
                    tried = queue
                }
            }
            queue = tried
        }
        try state.keep(queue, of: target.name)
    }

    /// In hexadecimal digits.
    private var feedEpoch: String { store.feedEpoch.data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    private func entries(of message: DeliveryQueue.Message) throws -> [FeedEntry] {
        guard let first = message.entries.first, let last = message.entries.last else { return [] }
        let numbers = Set(message.entries)
        var entries: [FeedEntry] = []
        var after = first - 1
        while after < last {
            let page = try store.feed(after: after, limit: Self.batch)
            guard let end = page.last?.sequence else { break }
            entries += page.filter { numbers.contains($0.sequence) }
            after = end
        }
        return entries
    }

    /// Quiet hours hold everything back, so that nothing overtakes; something critical lets out whatever stands before it.
    private func isQuiet(
        _ target: DeliveryTarget, _ filter: FeedFilter, _ queue: DeliveryQueue, _ watch: inout QuietWatch,
        at now: Timestamp
    ) throws -> Bool {
        guard let hours = target.quietHours, hours.contains(now, in: subjects.inForce.zone) else { return false }
        return try !watch.isBroken(
            epoch: queue.epoch, after: queue.after, { try store.feed(after: $0, limit: Self.batch) },
            isCritical: { try filter.wants($0, subjects.about) && subjects.about($0).grade == .critical })
    }

    // MARK: The file

    private func keep(_ settings: AggregatorConfiguration.FeedFileSettings) async {
        var file: FeedFile?
        var told = ""
        while !Task.isCancelled {
            do {
                var open =
                    try file
                    ?? FeedFile(
                        path: settings.path, mostBytes: settings.mostBytes, kept: settings.kept, feedEpoch: feedEpoch,
                        feedHead: store.feedHead())
                // What was appended before a failure is found again in the file.
                file = nil
                try open.append(store.feed(after: open.after, limit: Self.batch))
                file = open
                told = ""
            } catch {
                if "\(error)" != told { logger.error("writing the feed's file", metadata: ["error": "\(error)"]) }
                told = "\(error)"
            }
            try? await Task.sleep(for: Self.interval)  // ends early only when cancelled
        }
    }
}

/// `delivery.status` and `delivery.test`: how one target stands.
package struct DeliveryReport: Codable, Sendable {
    package var name: String
    package var form: String
    /// Everything up to here was sent, given up or not wanted; nil before the first look.
    package var after: UInt64?
    package var head: UInt64?
    package var sent = 0
    package var dead = 0
    /// How often the message under way was tried.
    package var attempts = 0
    package var nextAttempt: String?
    /// Why the last attempt failed.
    package var fault: String?
}

/// `delivery.test`.
package struct DeliveryTestRequest: Codable, Sendable {
    package var name: String
    package init(name: String) { self.name = name }
}
