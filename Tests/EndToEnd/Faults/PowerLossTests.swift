import Testing

extension EndToEnd {
    /// The power goes: what was written and not synced is gone with it.
    struct PowerLoss {
        @Test func whatABranchSaidWasSavedSurvivesTheLossOfPower() async throws {
            try await House.open { house in
                try await Disk.with(in: house) { disk in
                    let headquarters = try await Headquarters.start(in: house)
                    let branch = try await Branch.start("north", at: headquarters, folder: disk.path + "/north")
                    let ledger = Ledger()
                    for round in 1...2 {
                        // With headquarters away, so that nobody else has what the branch loses.
                        await headquarters.daemon.kill()
                        try await writeUntilTheLightGoesOut("round-\(round)", branch, ledger)
                        try await disk.loseUnsynced()
                        try await headquarters.daemon.start()
                        try await branch.daemon.start()
                    }
                    try await ledger.judge([branch], headquarters)
                    try await branch.daemon.stop()
                }
            }
        }

        @Test func whatHeadquartersAcknowledgedSurvivesTheLossOfPower() async throws {
            try await House.open { house in
                try await Disk.with(in: house) { disk in
                    let headquarters = try await Headquarters.start(in: house, folder: disk.path + "/hq")
                    let branch = try await Branch.start("north", at: headquarters)
                    let ledger = Ledger()
                    try await writing(to: [branch], ledger) { try await ledger.more(40) }
                    let acknowledged = try await headquarters.notes(ledger.saved).map(\.clientID)
                    await branch.daemon.kill()
                    await headquarters.daemon.kill()
                    try await disk.loseUnsynced()
                    // Before the branch comes back and could mend anything.
                    try await headquarters.daemon.start()
                    let left = try await headquarters.records().map(\.clientID)
                    #expect(Set(acknowledged).isSubset(of: left))
                    try await branch.daemon.start()
                    try await ledger.judge([branch], headquarters)
                    try await headquarters.daemon.stop()
                }
            }
        }

        /// The control: the same with syncs that are none must lose, or the tests above show nothing.
        @Test func aBranchThatDoesNotSyncIsCaughtLosingNotes() async throws {
            try await House.open { house in
                let faulty = try await FaultyDisk(in: house)
                try await Disk.with(in: house) { disk in
                    let headquarters = try await Headquarters.start(in: house)
                    let branch = try await Branch.start(
                        "north", at: headquarters, folder: disk.path + "/north", in: faulty.surroundings)
                    let ledger = Ledger()
                    try await branch.complain("before", "电梯坏了")
                    _ = try await headquarters.notes(["before"])
                    await headquarters.daemon.kill()
                    try faulty.set(.failing("no-sync"))
                    try await writeUntilTheLightGoesOut("lied", branch, ledger)
                    #expect(faulty.met > 0)
                    try await disk.loseUnsynced()
                    try faulty.set(.none)
                    try await branch.daemon.start()
                    let lost = try ledger.saved.filter { id in
                        try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records/\(id)").status == 404
                    }
                    #expect(!lost.isEmpty, "the loss of power lost nothing: this machine's disk cannot show it")
                    try await branch.daemon.stop()
                }
            }
        }

        private func writeUntilTheLightGoesOut(_ name: String, _ branch: Branch, _ ledger: Ledger) async throws {
            let writer = Writer(name, at: branch, ledger)
            do {
                try await ledger.more(40)
            } catch {
                await writer.stop()
                throw error
            }
            await branch.daemon.kill()
            await writer.stop()
        }
    }
}
