import Testing

extension EndToEnd {
    /// Clocks that are wrong: nothing is refused for its time, and order does not suffer.
    struct ClockFaults {
        @Test(arguments: ["+1y", "-1y"])
        func aBranchWhoseClockIsAYearOffIsHeard(shift: String) async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters, in: try .clock(shifted: shift))
                let neighbour = try await Branch.start("south", at: headquarters)
                for id in ["a", "b"] { try await branch.complain(id, "电梯坏了", by: "C001") }
                try await neighbour.complain("c", "水管漏水", by: "C002")
                let notes = try await headquarters.notes(["a", "b", "c"])
                #expect(notes.count == 3)
                // No other clock follows the wrong one.
                let years = Set(notes.filter { $0.site == "south" }.map { $0.occurredAt.prefix(4) })
                #expect(years.count == 1)
                await branch.daemon.kill()
                try await branch.daemon.start()
                try await branch.complain("d", "门禁坏了", by: "C003")
                _ = try await headquarters.notes(["a", "b", "c", "d"])
            }
        }

        @Test func aClockThatGoesBackLeavesTheOrderOfALogAsItWas() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters, in: try .clock(shifted: "+2d"))
                try await branch.complain("first", "电梯坏了", by: "C001")
                _ = try await headquarters.notes(["first"])
                await branch.daemon.kill()
                // The same folder under the right clock.
                let later = Daemon(house, log: "later", ["agent", "run", "--config", branch.config]) { _ in
                    HTTPConversation.isAnswering(branch.socket)
                }
                try await later.start()
                try await branch.complain("second", "水管漏水", by: "C002")
                let notes = try await headquarters.notes(["first", "second"])
                #expect(notes.map(\.clientID) == ["first", "second"])
                try await later.stop()
            }
        }
    }
}
