import Digests
import Foundation
import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// What meetings decide, what becomes of it, and months that close by themselves.
@Suite struct MeetingTests {
    private let october = Month("2026-10")!

    private func moment(_ text: String) -> Timestamp { Timestamp(text, in: TestSite.zone)! }

    private func decide(_ number: Int, _ office: inout TestSite, at: String, _ fill: (inout Facts) -> Void) throws {
        var facts = Facts()
        facts.recordID = RecordID(high: 9, low: UInt64(number)).data
        facts.occurredAt = moment(at).milliseconds
        facts.recordedAt = facts.occurredAt
        fill(&facts)
        var personal = Personal()
        personal.text = "更换电池批次"
        try office.append(facts, personal)
    }

    private func house(_ sites: [TestSite]) async throws -> TestHeadquarters {
        let headquarters = try TestHeadquarters(sites: sites)
        let key = try #require(LogSigningKey(bytes: [UInt8](repeating: 5, count: 32)))
        try headquarters.store.registerOwnSite(zone: TestSite.zone, signingKey: key.verifyingKey, at: TestSite.start)
        try await headquarters.fold.start()
        return headquarters
    }

    @Test func nextDigestSaysWhatIsDoneWhatIsLateAndWhatIsDue() async throws {
        var site = try TestSite("riverside", seed: 1)
        var office = try TestSite(SiteID.headquarters.text, seed: 9)
        for (number, due) in [(1, "2026-10-10"), (2, "2026-10-12"), (3, "2026-12-01"), (4, "2026-08-20")] {
            try decide(number, &office, at: "2026-09-0\(number) 10:00") { facts in
                facts.action.sites = ["riverside"]
                facts.action.department = "engineering"
                facts.action.month = "2026-08"
                facts.action.dueAt = moment(due).milliseconds
            }
        }
        // Decided after the month: of no concern to its digest.
        try decide(5, &office, at: "2026-11-02 10:00") { $0.action.month = "2026-10" }
        let id = { (number: Int) in RecordID(high: 9, low: UInt64(number)).description }
        try site.write(
            #"{"kind":"progress","occurred_at":"2026-10-15 09:00","action":"\#(id(1))","state":"done","text":"已换"}"#)
        try site.write(#"{"kind":"progress","occurred_at":"2026-08-25 09:00","action":"\#(id(4))","state":"done"}"#)
        let headquarters = try await house([site])
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        let digest = try await headquarters.fold.preview(of: october).digest
        let outcomes = try #require(digest.outcomes)
        #expect(outcomes.map(\.state) == [.doneLate, .overdue, .open])
        #expect(outcomes.allSatisfy { $0.department?.chinese == "工程部" && $0.month == "2026-08" })
        #expect(outcomes[0].doneAt == moment("2026-10-15 09:00"))
        // What is overdue today is flagged: the second (the third is due in December).
        let flags = try headquarters.flags("action_overdue")
        #expect(flags.map(\.flag.subject) == [id(2)])
        #expect(flags[0].flag.sites == [site.id] && flags[0].state == .raised)
        await headquarters.fold.stop()
    }

    @Test func whatWasDoneStaysUntilAMonthAfterItsDueDateIsKnown() async throws {
        let site = try TestSite("riverside", seed: 1)
        var office = try TestSite(SiteID.headquarters.text, seed: 9)
        for (number, done, due) in [
            (1, "2026-08-20 09:00", "2026-09-01"), (2, "2026-08-20 09:00", "2026-08-31 23:59"),
            (3, "2026-09-30 09:00", "2026-09-30 09:00"),
        ] {
            try decide(number, &office, at: "2026-08-0\(number) 10:00") { $0.action.dueAt = moment(due).milliseconds }
            try decide(10 + number, &office, at: done) { facts in
                facts.progress.actionID = RecordID(high: 9, low: UInt64(number)).data
                facts.progress.state = .done
            }
        }
        let headquarters = try await house([site])
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        let outcomes = try #require(try await headquarters.fold.preview(of: october).digest.outcomes)
        #expect(outcomes.map(\.due) == [moment("2026-09-01"), moment("2026-09-30 09:00")])
        // The limit moment is too late.
        #expect(outcomes.map(\.state) == [.done, .doneLate])
        await headquarters.fold.stop()
    }

    @Test func overdueFlagPassesWhenItIsDone() async throws {
        let site = try TestSite("riverside", seed: 1)
        var office = try TestSite(SiteID.headquarters.text, seed: 9)
        try decide(1, &office, at: "2026-10-01 10:00") { $0.action.dueAt = moment("2026-10-02").milliseconds }
        try decide(2, &office, at: "2026-11-03 10:00") { facts in
            facts.progress.actionID = RecordID(high: 9, low: 1).data
            facts.progress.state = .done
        }
        let headquarters = try await house([site])
        try await headquarters.receive(office, count: 1)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("action_overdue").map(\.state) == [.raised])
        try await headquarters.receive(office, from: 1)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("action_overdue").map(\.state) == [.raised, .passed])
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func monthClosesWhenEverySiteSealedItOrTheGraceIsOver() async throws {
        let handbook = Handbook.standard
        #expect(handbook.digest.closesAfter == .days(3) && handbook.digest.remindsAfter == .days(2))
        let end = october.range(in: handbook.zone).upperBound
        for (isSealed, at, closes) in [
            (true, end + .hours(1), true), (false, end + .days(2), false), (false, end + .days(3), true),
        ] {
            var site = try TestSite("riverside", seed: 1)
            try site.write(#"{"kind":"complaint","occurred_at":"2026-10-02 09:00","text":"楼道灯坏了"}"#)
            if isSealed {
                var facts = Facts()
                facts.recordID = RecordID(high: 8, low: 1).data
                facts.occurredAt = end.milliseconds
                facts.recordedAt = end.milliseconds
                facts.seal.until = end.milliseconds
                facts.seal.clockChecked = true
                try site.append(facts)
            }
            let headquarters = try TestHeadquarters(sites: [site], closesMonths: true)
            try await headquarters.receive(site)
            try await headquarters.fold.closeAt(at, store: headquarters.store)
            let digest = try await headquarters.fold.edition(of: october)?.digest
            #expect((digest != nil) == closes, "\(isSealed) \(at.rfc3339)")
            if closes { #expect(digest?.sites.first?.state == (isSealed ? .complete : .partial)) }
            await headquarters.fold.stop()
        }
    }

    @Test func siteThatHasNotSealedIsRemindedAfterTwoDays() async throws {
        let (riverside, lakeview) = (try TestSite("riverside", seed: 1), try TestSite("lakeview", seed: 2))
        let headquarters = try TestHeadquarters(sites: [riverside, lakeview])
        let end = october.range(in: Handbook.standard.zone).upperBound
        try await headquarters.fold.remindAt(end + .hours(47))
        #expect(try await headquarters.fold.standing(.sealMissing) == 0)
        try await headquarters.fold.remindAt(end + .days(2))
        #expect(try await headquarters.fold.standing(.sealMissing) == 2)
        await headquarters.fold.stop()
    }
}

extension Fold {
    /// Folds what is stored, and closes by plan as if it were that moment.
    fileprivate func closeAt(_ moment: Timestamp, store: RecordStore) throws {
        while try foldStored(at: moment) {}
        try closeByPlan(at: moment)
    }

    fileprivate func remindAt(_ moment: Timestamp) throws {
        sealReview = .zero
        try watchSeals(at: moment)
    }

    fileprivate func standing(_ kind: FlagKind) throws -> Int {
        try views.write { try $0.standingSubjects(of: kind.rawValue).count }
    }
}
