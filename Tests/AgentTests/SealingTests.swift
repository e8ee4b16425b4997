import Foundation
import Records
import Storage
import SwiftProtobuf
import Testing

@testable import Agent

@Suite struct SealingTests {
    @Test func aMonthThatIsOverIsSealedOnce() async throws {
        try await withAgent { agent in
            _ = try await agent.post(#"{"kind":"visit"}"#)
            let first = try await agent.ask("POST", "/v1/seals", #"{"month":"2026-09"}"#)
            #expect(first.status == 201)
            #expect(first.fields["until"]?.stringValue == "2026-10-01T00:00:00+08:00")
            #expect(first.fields["sequence"]?.numberValue == 2)
            let again = try await agent.ask("POST", "/v1/seals", #"{"month":"2026-09"}"#)
            #expect(again.status == 200)
            #expect(again.fields["id"] == first.fields["id"])
            #expect(agent.agent.log.head.sequence == SequenceNumber(2))
            let status = try await agent.ask("GET", "/v1/status")
            #expect(status.fields["log"]?.structValue.fields["last_sealed_month"]?.stringValue == "2026-09")
            let listed = String(decoding: try await agent.ask("GET", "/v1/records").body, as: UTF8.self)
            #expect(listed.contains(#""kind":"seal""#))
        }
    }

    @Test(arguments: [#"{"month":"2026-10"}"#, #"{"month":"2026-13"}"#, #"{"month":"2026-09","x":1}"#, "{}"])
    func whatIsNoMonthThatIsOverIsRefused(body: String) async throws {
        try await withAgent { agent in
            let refused = try await agent.ask("POST", "/v1/seals", body)
            #expect(refused.status == 422)
            let malformed = try await agent.ask("POST", "/v1/seals", "nonsense")
            #expect(malformed.status == 400)
            #expect(agent.agent.log.head.sequence == .zero)
        }
    }

    @Test func aClientCannotTakeASealsPlace() async throws {
        try await withAgent { agent in
            _ = try await agent.post(#"{"id":"huiyin-seal:2026-09","kind":"visit"}"#)
            #expect(try await agent.ask("POST", "/v1/seals", #"{"month":"2026-09"}"#).status == 201)
        }
    }

    @Test func monthsAreSealedByThemselvesADayAfterTheirEnd() async throws {
        let folder = try TemporaryFolder()
        let clock = TestClock("2026-10-31T12:00:00+08:00")
        let log = try intake(in: folder, clock: clock).log
        let sealing = Sealing(
            log: log, replicator: nil, zone: try #require(TimeZoneRules("Asia/Shanghai")), clock: { clock.now })
        try await sealing.sealDue()
        #expect(log.head.sequence == .zero)  // September ended before this log was there
        clock.set("2026-11-01T23:59:00+08:00")
        try await sealing.sealDue()
        #expect(log.head.sequence == .zero)
        clock.set("2026-11-02T00:00:00+08:00")
        try await sealing.sealDue()
        try await sealing.sealDue()
        #expect(log.head.sequence == SequenceNumber(1))
        clock.set("2027-01-05T00:00:00+08:00")
        try await sealing.sealDue()
        #expect(try sealing.lastSealed?.description == "2026-12")
        #expect(log.head.sequence == SequenceNumber(3))
    }
}

@Suite struct HousekeepingTests {
    @Test func offsetsAreWrittenDownWhenTheyChange() async throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        let log = try intake(in: folder, clock: clock).log
        let zone = try #require(TimeZoneRules("Asia/Shanghai"))
        let sealing = Sealing(log: log, replicator: nil, zone: zone, clock: { clock.now })
        let housekeeping = Housekeeping(
            log: log, replicator: nil, sealing: sealing, budget: 2 << 30, logger: .silent, clock: { clock.now })
        func note(_ seconds: Double, after: Duration) async throws -> UInt64 {
            try await housekeeping.note(
                offset: .seconds(seconds), uncertainty: .milliseconds(200), at: clock.now + after)
            return log.head.sequence.value
        }
        #expect(try await note(3, after: .zero) == 1)  // the first
        #expect(try await note(4.1, after: .seconds(300)) == 1)  // within a second and the uncertainty
        #expect(try await note(9, after: .seconds(30)) == 1)  // within a minute
        #expect(try await note(9, after: .seconds(60)) == 2)
        #expect(try await note(9, after: .seconds(600)) == 2)
        await housekeeping.round()
        #expect(log.head.sequence == SequenceNumber(2))
    }
}
