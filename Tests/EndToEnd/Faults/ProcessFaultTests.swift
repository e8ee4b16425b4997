import Testing

extension EndToEnd {
    /// Processes that die or stand still, while notes are written all the time.
    struct ProcessFaults {
        @Test func nothingIsLostOrDoubledThroughAStormOfKills() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [north, south], ledger) {
                    // Each alone, both ends at once, and headquarters while it is still greeting.
                    let victims: [[Daemon]] = [
                        [headquarters.daemon], [north.daemon], [headquarters.daemon, south.daemon],
                        [headquarters.daemon], [headquarters.daemon], [north.daemon, south.daemon],
                        [headquarters.daemon, north.daemon, south.daemon],
                    ]
                    for daemons in victims {
                        try await ledger.more(15)
                        for daemon in daemons { await daemon.kill() }
                        for daemon in daemons { try await daemon.start() }
                    }
                    try await ledger.more(15)
                }
                try await ledger.judge([north, south], headquarters)
                let rebuilt = try await headquarters.ask("rebuild", "--json").json(Rebuilt.self)
                #expect(rebuilt.equal)
            }
        }

        @Test func aHeadquartersThatStandsStillHoldsNobodyUp() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    try await ledger.more(20)
                    headquarters.daemon.freeze()
                    try await eventually("the branch notices", within: .seconds(30)) {
                        let status = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status")
                        return status.body.contains("silent") ? true : nil
                    }
                    try await ledger.more(50)
                    headquarters.daemon.thaw()
                    try await ledger.more(20)
                }
                try await ledger.judge([branch], headquarters)
            }
        }

        @Test func aBranchThatStandsStillGoesOnWhereItWas() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    try await ledger.more(20)
                    branch.daemon.freeze()
                    try await eventually("headquarters notices", within: .seconds(30)) {
                        try await headquarters.status()["north"]?.state != "connected" ? true : nil
                    }
                    branch.daemon.thaw()
                    try await ledger.more(20)
                }
                try await ledger.judge([branch], headquarters)
            }
        }

        private struct Rebuilt: Decodable { var equal: Bool }
    }
}
