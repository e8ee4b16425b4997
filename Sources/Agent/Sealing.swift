import Crypto
import Foundation
import HTTPTypes
package import Records
package import Storage

/// Seals months: writes down that everything dated up to a month's end is in the log.
package struct Sealing: Sendable {
    /// Months are sealed by themselves so long after their end, when nobody did before.
    package static let delay: Duration = .hours(24)
    /// How many months are sealed by themselves at a time: a clock that stands years ahead must not seal them all.
    private static let automaticLimit = 24
    /// How far the clock may be off headquarters' for months to be sealed by themselves.
    private static let greatestOffset: Duration = .hours(12)

    /// A seal that is in the log.
    package struct Sealed: Sendable {
        package var month: Month
        package var until: Timestamp
        package var id: RecordID
        /// Nil when the month was sealed before.
        package var sequence: SequenceNumber?
        package var isClockChecked: Bool
        let zone: TimeZoneRules

        package var isNew: Bool { sequence != nil }

        func write(to json: inout JSONText) {
            json.object { json in
                json.field("month", month.description)
                json.field("status", isNew ? "sealed" : "known")
                json.field("until", until.text(in: zone))
                json.field("id", id.description)
                json.field("sequence", sequence?.value)
                json.field("clock_checked", isClockChecked)
            }
        }
    }

    private let log: SiteLog
    private let replicator: Replicator?
    private let zone: TimeZoneRules
    private let clock: @Sendable () -> Timestamp

    package init(
        log: SiteLog, replicator: Replicator?, zone: TimeZoneRules, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.replicator = replicator
        self.zone = zone
        self.clock = clock
    }

    /// The latest month that is sealed here.
    package var lastSealed: Month? {
        get throws { try log.memory("sealed").flatMap { Month($0) } }
    }

    /// Seals a month that is over. The seal stands behind everything that was handed in before: the log writes in order.
    func seal(_ month: Month, by author: String) async throws -> Sealed {
        let now = clock()
        let end = month.range(in: zone).upperBound
        guard now >= end else {
            throw Refusal(
                .unprocessableContent, "not_over",
                "\(month) ends at \(end.text(in: zone)); a month is sealed after its end")
        }
        var seal = Seal()
        seal.until = end.milliseconds
        seal.clockChecked = await isClockChecked(at: now)
        var facts = Facts()
        facts.author = author
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.body = .seal(seal)
        // The same month gives the same record, so that a crash before it is remembered doubles nothing. No client can give
        // this name: forms take no zero byte.
        let name = "\0huiyin-seal:\(month)"
        facts.contentDigest = Data(SHA256.hash(data: Data(name.utf8)))
        let draft = SiteLog.Draft(facts: facts, id: RecordID(site: log.site, clientID: name))
        let outcome = try await log.append([draft], at: now)[0]
        if try lastSealed.map({ $0 < month }) ?? true { try await log.remember("sealed", month.description) }
        var sequence: SequenceNumber?
        if case .saved(_, let saved) = outcome { sequence = saved }
        return Sealed(
            month: month, until: end, id: outcome.id, sequence: sequence, isClockChecked: seal.clockChecked, zone: zone)
    }

    /// Seals what is due by itself: months in which this log was there, a day after their end.
    package func sealDue() async throws {
        let now = clock()
        if let offset = await replicator?.measuredClock?.offset,
            abs(offset.wholeMilliseconds) > Self.greatestOffset.wholeMilliseconds
        {
            return
        }
        var month = try await firstMonth(at: now)
        if let last = try lastSealed, last >= month { month = last.following }
        for _ in 0..<Self.automaticLimit where now >= month.range(in: zone).upperBound + Self.delay {
            _ = try await seal(month, by: "huiyin")
            month = month.following
        }
    }

    /// The month in which this log was begun.
    private func firstMonth(at now: Timestamp) async throws -> Month {
        if let known = try log.memory("begun").flatMap({ Month($0) }) { return known }
        let first = try log.records(after: .beginning, limit: 1).first.map {
            Timestamp(milliseconds: $0.record.facts.recordedAt)
        }
        let month = Month(of: first ?? now, in: zone)
        try await log.remember("begun", month.description)
        return month
    }

    /// Whether the clock was compared with headquarters' within the last day.
    private func isClockChecked(at now: Timestamp) async -> Bool {
        guard let replicator, await replicator.measuredClock != nil, let heard = await replicator.link.lastHeard
        else { return false }
        return now - heard <= .hours(24)
    }
}
