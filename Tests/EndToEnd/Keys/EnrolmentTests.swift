import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// How a branch joins, and how it is shut out.
    struct Enrolments {
        @Test func aBranchJoinsByItsCodeAndNothingIsCarriedByHand() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters, name: "北店")
                try await branch.complain("c1", "电梯坏了", by: "C0001")
                _ = try await headquarters.notes(["c1"])
                #expect(try await headquarters.status()["north"]?.state == "connected")
                // The pseudonyms are the organisation's, and every secret is readable by its owner only.
                #expect(
                    house.text(of: branch.folder + "/keys/organisation") == house.text(of: headquarters.organisationKey)
                )
                for name in try FileManager.default.contentsOfDirectory(atPath: branch.folder + "/keys") {
                    var status = stat()
                    stat(branch.folder + "/keys/" + name, &status)
                    #expect(status.st_mode & 0o777 == 0o600, "\(name)")
                }
            }
        }

        @Test func aCodeIsGoodOnceAndForTheSameMachineAgain() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let code = try await headquarters.code(for: "north")
                #expect(try await headquarters.status()["north"]?.state == "not enrolled")
                let first = ["agent", "enroll", code, "--folder", house.folder + "/north"]
                _ = try await house.run(first).required()
                // As if the answer had been lost: the keys are there, the rest is not.
                for name in ["agent.yaml", "keys/organisation", "keys/token"] {
                    try FileManager.default.removeItem(atPath: house.folder + "/north/" + name)
                }
                _ = try await house.run(first).required()
                let thief = try await house.run(["agent", "enrol", code, "--folder", house.folder + "/thief"])
                #expect(!thief.succeeded)
                #expect(thief.errors.contains("used already by another key"), "\(thief)")
                #expect(!FileManager.default.fileExists(atPath: house.folder + "/thief/agent.yaml"))
                let damaged = try await house.run(
                    ["agent", "enroll", String(code.dropLast(3)), "--folder", house.folder + "/x"])
                #expect(damaged.errors.contains("not copied whole"), "\(damaged)")
                // A new code lets another machine in, and shuts the first one out.
                let renewed = try Headquarters.code(in: try await headquarters.ask("site", "code", "north"))
                _ = try await house.run(["agent", "enroll", renewed, "--folder", house.folder + "/second"]).required()
                let branch = try Branch(enrolled: "north", in: house.folder + "/second", house)
                try await branch.daemon.start()
                try await branch.complain("c1", "电梯坏了")
                _ = try await headquarters.notes(["c1"])
                let retired = try Branch(enrolled: "north", in: house.folder + "/north", house)
                try await retired.daemon.start()
                try await eventually("a refusal of the first machine") {
                    let status: AgentStatusPaper = try await retired.ask("status", "--json").json()
                    return status.link.last_failure?.contains("does not let this site's key in") == true ? true : nil
                }
            }
        }

        @Test func revocationBitesWithinASecondOnALiveLinkAndTheBranchGoesOn() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("before", "电梯坏了")
                _ = try await headquarters.notes(["before"])
                _ = try await headquarters.ask("site", "revoke", "north").required()
                // From here on nothing comes in, and the branch knows it within a second.
                let told = try await eventually("the branch's word on it", within: .seconds(1)) {
                    let text = house.text(of: branch.daemon.log)
                    return text.contains("this site's keys were revoked") ? true : nil
                }
                #expect(told)
                try await branch.complain("after", "水管漏了")
                let status: AgentStatusPaper = try await branch.ask("status", "--json").json()
                #expect(status.link.last_failure?.contains("revoked") == true)
                #expect(status.log.lag_records >= 1)
                #expect(try await headquarters.status()["north"]?.state == "revoked")
                #expect(try await headquarters.records().allSatisfy { $0.clientID != "after" })
                // Let in again by a new code, with the same keys; what was kept arrives.
                let code = try Headquarters.code(in: try await headquarters.ask("site", "code", "north"))
                _ = try await house.run(["agent", "enroll", code, "--folder", branch.folder]).required()
                try await branch.daemon.stop()
                try await branch.daemon.start()
                _ = try await headquarters.notes(["before", "after"])
            }
        }
    }
}
