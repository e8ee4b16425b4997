import Testing

extension EndToEnd {
    /// Disks that fail under SQLite, on either side, while notes are written all the time.
    struct DiskFaults {
        static let faults = ["eio-write", "eio-sync", "short-write", "torn-write", "full"]

        @Test(arguments: faults)
        func aBranchWhoseDiskFailsKeepsWhatItSaidWasSaved(fault: String) async throws {
            try await House.open { house in
                let disk = try await FaultyDisk(in: house)
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters, in: disk.surroundings)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    // Once in the midst of a transaction, and once for all that follows.
                    for (skip, count) in [(9, 1), (4, 1_000_000)] {
                        try await ledger.more(20)
                        try await strike(fault, skip: skip, count: count, disk, branch.daemon)
                    }
                    try await ledger.more(20)
                }
                try await ledger.judge([branch], headquarters)
            }
        }

        @Test(arguments: faults)
        func headquartersWhoseDiskFailsKeepsWhatItAcknowledged(fault: String) async throws {
            try await House.open { house in
                let disk = try await FaultyDisk(in: house)
                let headquarters = try await Headquarters.start(in: house, surroundings: disk.surroundings)
                let branch = try await Branch.start("north", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    for (skip, count) in [(9, 1), (4, 1_000_000)] {
                        try await ledger.more(20)
                        try await strike(fault, skip: skip, count: count, disk, headquarters.daemon)
                    }
                    try await ledger.more(20)
                }
                try await ledger.judge([branch], headquarters)
            }
        }

        /// Lets the fault strike, mends the disk, and starts the daemon again if it died of it.
        private func strike(_ fault: String, skip: Int, count: Int, _ disk: FaultyDisk, _ daemon: Daemon) async throws {
            let before = disk.met
            try disk.set(.failing(fault, skip: skip, count: count))
            try await eventually("the fault strikes") { disk.met > before ? true : nil }
            if fault == "torn-write" {
                try await eventually("it dies of it") { daemon.isRunning ? nil : true }
            }
            try disk.set(.none)
            if !daemon.isRunning { try await daemon.start() }
        }

        @Test func aDiskThatStallsDelaysAndLosesNothing() async throws {
            try await House.open { house in
                let disk = try await FaultyDisk(in: house)
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters, in: disk.surroundings)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    try await ledger.more(20)
                    try disk.set(.stalling(milliseconds: 10_000, count: 1))
                    try await eventually("the stall") { disk.met > 0 ? true : nil }
                    // What does not need the disk is answered meanwhile.
                    let health = try HTTPConversation.ask(.socket(branch.socket), "GET", "/healthz")
                    #expect(health.status == 200)
                    try await ledger.more(20, within: .seconds(60))
                }
                #expect(branch.daemon.isRunning)
                try await ledger.judge([branch], headquarters)
            }
        }
    }
}
