import Testing

extension EndToEnd {
    /// A file system that turns read-only under the agent.
    struct ReadOnlyDisks {
        @Test func aDiskThatTurnsReadOnlyRefusesNewNotesAndKeepsTheOldOnes() async throws {
            try await House.open { house in
                try await Disk.with(in: house) { disk in
                    let headquarters = try await Headquarters.start(in: house)
                    let branch = try await Branch.start("north", at: headquarters, folder: disk.path + "/north")
                    let ledger = Ledger()
                    try await writing(to: [branch], ledger) {
                        try await ledger.more(20)
                        try disk.turnReadOnly()
                        let before = ledger.refusals
                        try await eventually("a refusal") { ledger.refusals > before ? true : nil }
                        await branch.daemon.kill()
                        try await disk.repair()
                        try await branch.daemon.start()
                        try await ledger.more(20)
                    }
                    try await ledger.judge([branch], headquarters)
                    try await branch.daemon.stop()
                }
            }
        }
    }
}
