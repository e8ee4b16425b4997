import Testing

extension EndToEnd {
    /// A branch works the same with no link.
    struct Offline {
        @Test func aBranchWorksOfflineThroughItsOwnRestartAndCatchesUp() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("island", at: headquarters)
                try await branch.complain("before", "路灯不亮", by: "C001")
                _ = try await headquarters.notes(["before"])

                try await headquarters.daemon.stop()
                try await branch.complain("offline-1", "垃圾三天没有清运", by: "C002")
                await branch.daemon.kill()
                try await branch.daemon.start()
                try await branch.complain("offline-2", "门禁坏了", by: "C003")
                let kept = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records/offline-1")
                #expect(kept.status == 200)

                try await headquarters.daemon.start()
                let records = try await headquarters.notes(["before", "offline-1", "offline-2"])
                #expect(records.count == 3)
                try await eventually("no lag") {
                    try await headquarters.status()["island"]?.lagRecords == 0 ? true : nil
                }
            }
        }

        @Test func aBranchThatWasNotRegisteredJoinsByItselfAfterSiteAdd() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch("newcomer", of: headquarters)
                try await branch.daemon.start()
                try await branch.complain("early", "停车场收费太高", by: "C001")
                try await eventually("a refusal that says what to do") {
                    let status = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status")
                    return status.body.contains("site add") ? true : nil
                }
                #expect(try await headquarters.records().isEmpty)
                try await headquarters.add(branch)
                _ = try await headquarters.notes(["early"], within: .seconds(30))
            }
        }
    }
}
