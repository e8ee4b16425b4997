import Testing

extension EndToEnd {
    /// Wires that are cut, lead one way only, lose packets or are slow, while notes are written all the time.
    struct NetworkFaults {
        @Test(arguments: Network.Trouble.allCases)
        func aBadWireDelaysAndLosesNothing(trouble: Network.Trouble) async throws {
            try await House.open { house in
                try await Network.with(in: house) { network in
                    let headquarters = try await Headquarters.start(
                        in: house, address: network.address, surroundings: network.headquartersSide)
                    let branch = try await Branch.start("north", at: headquarters, in: network.branchSide)
                    let ledger = Ledger()
                    try await writing(to: [branch], ledger) {
                        try await ledger.more(20)
                        _ = try await headquarters.notes(ledger.saved)
                        try await network.apply(trouble)
                        if trouble == .halfLost {
                            try await ledger.more(60)
                        } else {
                            try await eventually("both sides notice", within: .seconds(40)) {
                                let status = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status")
                                return status.body.contains(#""live""#) ? nil : true
                            }
                        }
                        try await network.mend()
                        try await ledger.more(20)
                    }
                    try await ledger.judge([branch], headquarters, within: .seconds(60))
                }
            }
        }

        @Test func aSlowLineCarriesEverythingInTheEnd() async throws {
            try await House.open { house in
                try await Network.with(in: house) { network in
                    let headquarters = try await Headquarters.start(
                        in: house, address: network.address, surroundings: network.headquartersSide)
                    let branch = try await Branch.start("north", at: headquarters, in: network.branchSide)
                    let ledger = Ledger()
                    await headquarters.daemon.kill()
                    try await writing(to: [branch], ledger) { try await ledger.more(150) }
                    try await network.slow(toKilobits: 128)
                    try await headquarters.daemon.start()
                    try await ledger.judge([branch], headquarters, within: .seconds(60))
                }
            }
        }
    }
}
