import Records
import Rules
import Testing

@testable import Handbooks

/// What a rehearsal makes of customers, sites that were not heard and busy days: the same as headquarters.
@Suite struct CustomerScenarios {
    @Test func aLimitGoesByTheTierThatAProfileStates() throws {
        var story = Story()
        let limits = story.handbook.timeLimits.limits
        for index in limits.indices where limits[index].code == "answer" {
            story.handbook.timeLimits.limits[index].tiers = [
                TimeLimit.TierSpan(tier: "vip", within: .duration(.seconds(4 * 3600)))
            ]
        }
        story.complaint("c1", "2019-10-01 08:00", by: "K1")
        story.complaint("c2", "2019-10-01 08:00", by: "K2", about: "水压太小")
        story.add(["kind": "customer", "customer": "K1", "tier": "vip", "occurred_at": "2019-09-01 08:00"])
        let outcome = try story.at("2019-10-01 13:00")
        #expect(try outcome.limit("answer", of: "c1") == "2019-10-01 12:00 missed")
        #expect(try outcome.limit("answer", of: "c2") == "2019-10-02 08:00 not_yet_due")
    }

    @Test func theWordOfTheSiteThatHasToActIsWaitedFor() throws {
        var story = Story()
        story.complaint("c1", "2019-10-01 08:00")
        story.step(
            "dispatched", of: "A1/c1", "2019-10-01 08:30", site: "hq", ["to_site": "B1", "role": "headquarters"])
        let heard = ["B1": "2019-10-01 09:00"]
        #expect(try story.at("2019-10-03 08:00", heard: heard).limit("answer", of: "c1").hasSuffix("unknown"))
        #expect(try story.at("2019-10-03 08:00").limit("answer", of: "c1").hasSuffix("missed"))
    }

    @Test func aKeyAccountsPurchaseAsksForAFirstVisit() throws {
        var story = Story()
        let bought: [String: Any] = ["kind": "customer", "occurred_at": "2019-10-01 08:00", "event": "购买"]
        story.add(bought.merging(["customer": "K1", "key_account": true]) { $1 })
        story.add(bought.merging(["customer": "K2"]) { $1 })
        let first = try story.at("2019-10-02 08:00").visits.filter { $0.hasPrefix("first_visit ") }
        #expect(first == ["first_visit K1 2019-10-01 08:00 due"])
    }

    @Test func aDayBeyondTheCapacityIsFlagged() throws {
        var story = Story()
        for (day, visitors) in [("01", 80), ("02", 130)] {
            story.add([
                "kind": "客流", "occurred_at": "2019-10-\(day) 18:00", "visitors": visitors, "staff": 4, "capacity": 100,
            ])
        }
        #expect(try story.at("2019-10-03 08:00").flags(.overload) == ["A1 2019-10-02 18:00"])
    }
}
