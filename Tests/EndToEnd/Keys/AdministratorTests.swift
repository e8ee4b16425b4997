import Foundation
import Testing

extension EndToEnd {
    /// Who may ask headquarters, and for what.
    struct Administrators {
        /// An administrator of that name, with a configuration of its own; returns its file.
        private func newcomer(
            _ name: String, rights: String, at headquarters: Headquarters
        ) async throws -> String {
            let folder = headquarters.house.folder + "/" + name
            let made = try await headquarters.house.run([
                "administrator", "init", "--folder", folder, "--headquarters", headquarters.endpoint,
                "--key=" + headquarters.key,
            ]).required()
            guard let key = made.text.firstMatch(of: /--curve-key '(\S{40})'/)?.1 else {
                throw Fault("no key in \(made)")
            }
            _ = try await headquarters.ask(
                "administrator", "add", name, "--curve-key=" + String(key), "--rights", rights
            ).required()
            return folder + "/admin.yaml"
        }

        @Test func whoMayReadOnlyIsNotToldWhatCustomersSaid() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                try await north.complain("c1", "单元门禁坏了三天没人修", subject: "门禁坏了")
                struct Case: Decodable { var id: String }
                let id = try await eventually("the case at headquarters") {
                    try await headquarters.ask("case", "list", "--json").json([Case].self).first?.id
                }
                let reader = try await newcomer("dashboard", rights: "read-only", at: headquarters)
                let whole = try await headquarters.ask("case", "show", id, "--json").required()
                #expect(whole.text.contains("单元门禁坏了三天没人修"), "\(whole)")
                for question in [["case", "list"], ["case", "show", id], ["today"]] {
                    let told = try await house.run(question + ["--json", "--admin", reader]).required()
                    #expect(question == ["today"] || told.text.contains(id), "\(told)")
                    #expect(!told.text.contains("门禁"), "\(told)")
                }
                // That a word is found tells that it was said.
                for question in [
                    ["search", "门禁"], ["case", "list", "--text", "门禁"], ["issue", "list", "--text", "门禁"],
                ] {
                    let refused = try await house.run(question + ["--json", "--admin", reader])
                    #expect(refused.exit == .status(1), "\(refused)")
                    #expect(refused.errors.contains("may read only"), "\(refused)")
                }
            }
        }

        @Test func whoMayReadOnlyChangesNothingAndARevokedKeyIsRefusedAtOnce() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let reader = try await newcomer("dashboard", rights: "read-only", at: headquarters)
                for question in [["status", "--json"], ["site", "list"], ["records"], ["administrator", "list"]] {
                    _ = try await house.run(question + ["--admin", reader]).required()
                }
                let changes = [
                    ["site", "add", "north"], ["site", "revoke", "north"], ["administrator", "revoke", "admin"],
                    ["rebuild"], ["digest", "close", "2026-09"], ["customer", "erase", "C1", "--reason", "x"],
                    ["customer", "erase", "C1", "--reason", "x", "--confirm"],
                ]
                for change in changes {
                    let refused = try await house.run(change + ["--admin", reader])
                    #expect(refused.exit == .status(1), "\(refused)")
                    #expect(refused.errors.contains("may read only"), "\(refused)")
                }
                #expect(try await headquarters.status().sites.isEmpty)
                _ = try await headquarters.ask("administrator", "revoke", "dashboard").required()
                let revoked = try await house.run(["status", "--admin", reader])
                #expect(revoked.errors.contains("refused this key"), "\(revoked)")
                // Nobody shuts everybody out.
                let last = try await headquarters.ask("administrator", "revoke", "admin")
                #expect(last.errors.contains("nobody with full rights would be left"), "\(last)")
                let lowered = try await headquarters.ask(
                    "administrator", "list", "--json")
                #expect(lowered.text.contains(#""rights":"full""#) && !lowered.text.contains("dashboard"), "\(lowered)")
            }
        }
    }
}
