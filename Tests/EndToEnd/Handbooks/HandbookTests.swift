import Foundation
import Testing

extension EndToEnd {
    /// The service policy as its owner works with it: checked, rehearsed, published, compared, and heard at intake.
    struct Handbooks {
        private struct Report: Decodable {
            struct Remark: Decodable {
                var line: Int
                var key: String
                var reason: String
            }

            var version: String?
            var faults: [Remark]
            var warnings: [Remark]
        }

        @Test func faultsAndWarningsAreToldByLineAndByTheExitStatus() async throws {
            try await House.open { house in
                let text = try await house.run(["handbook", "bundled", "vehicle-service"]).required().text
                let good = try house.write("good.yaml", Data(text.utf8))
                #expect(try await house.run(["handbook", "check", "--strict", good]).succeeded)
                let weak = try house.write(
                    "weak.yaml", Data(text.replacing("ours: 12, industry: 6", with: "ours: 3, industry: 6").utf8))
                let warned = try await house.run(["handbook", "check", weak])
                #expect(warned.succeeded)
                #expect(warned.text.contains("the commitment repair_warranty_months is below the industry's"))
                #expect(try await house.run(["handbook", "check", "--strict", weak]).exit == .status(1))
                let broken = try house.write(
                    "broken.yaml",
                    Data(
                        text.replacing("zone: Asia/Shanghai", with: "zone: Asia/Peking")
                            .replacing(
                                "level: diagnosis\n      side: customer", with: "level: diagnosys\n      side: customer"
                            )
                            .utf8))
                let refused = try await house.run(["handbook", "check", "--json", broken])
                #expect(refused.exit == .status(1))
                let report = try JSONDecoder().decode(Report.self, from: Data(refused.text.utf8))
                #expect(report.version == nil)
                #expect(report.faults.map(\.key) == ["zone", "blueprint.steps[3].level"])
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines[report.faults[0].line - 1] == "zone: Asia/Shanghai")
            }
        }

        /// What `handbook try --json` says, as far as tests look at it.
        private struct Outcome: Decodable {
            struct Case: Decodable {
                struct Rise: Decodable {
                    var rule: String
                    var evidence: [String]
                }

                var id: String
                var grade: String
                var rises: [Rise]
            }

            var cases: [Case]
        }

        /// What a handbook makes of the first complaint of a file.
        private func rehearsed(_ handbook: String, _ file: String, in house: House) async throws -> Outcome.Case? {
            let output = try await house.run(
                ["handbook", "try", handbook, "--records", file, "--at", "2019-07-03", "--json"])
            return try output.json(Outcome.self).cases.first
        }

        @Test func policyIsRehearsedOnRecordsBeforeItIsPublished() async throws {
            try await House.open { house in
                let records = """
                    {"kind":"complaint","id":"c1","occurred_at":"2019-07-01 08:00","customer":"K1","text":"路灯不亮","group_size":3}
                    {"kind":"step","case":"c1","step":"resolved","occurred_at":"2019-07-02 08:00"}
                    """
                let file = try house.write("records.ndjson", Data(records.utf8))
                let text = try await house.run(["handbook", "bundled"]).required().text
                let stricter = try house.write(
                    "stricter.yaml",
                    Data(text.replacing("when: group, at_least: 10,", with: "when: group, at_least: 3,").utf8))
                #expect(try await rehearsed("property-management", file, in: house)?.grade == "hot")
                let outcome = try #require(try await rehearsed(stricter, file, in: house))
                #expect(outcome.grade == "critical")
                #expect(outcome.rises.map(\.rule) == ["group_large"])
                #expect(outcome.rises.map(\.evidence) == [["c1"]])
                let faulty = try house.write(
                    "faulty.ndjson", Data("{\"kind\":\"complaint\",\"seeks\":\"money\"}\nnot json\n".utf8))
                let refused = try await house.run([
                    "handbook", "try", "property-management", "--records", faulty, "--at", "2019-07-03",
                ])
                #expect(refused.exit == .status(1))
                #expect(refused.errors.contains("seeks: must be one of") && refused.errors.contains("\n2: "))
            }
        }

        @Test func publishedVersionsAreKeptAndCompared() async throws {
            struct Version: Decodable {
                var version: String
                var by: String
                var inForce: Bool
            }
            struct Shown: Decodable {
                var number: Int
            }
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let text = try await house.run(["handbook", "bundled"]).required().text
                for number in 2...3 {
                    let changed = text.replacing("\nnumber: 1\n", with: "\nnumber: \(number)\n")
                        .replacing("warn_at_percent: 75", with: "warn_at_percent: \(70 + number)")
                    let file = try house.write("handbook-\(number).yaml", Data(changed.utf8))
                    _ = try await headquarters.ask("handbook", "publish", file).required()
                }
                let versions = try await headquarters.ask("handbook", "versions", "--json").json([Version].self)
                #expect(versions.map(\.inForce) == [true, false])
                #expect(
                    versions.map { String($0.version.prefix(21)) } == [
                        "property-management@3", "property-management@2",
                    ])
                #expect(
                    try await headquarters.ask("handbook", "show", "in-force", "--json").json(Shown.self).number == 3)
                let changes = try await headquarters.ask("handbook", "diff", versions[1].version, "in-force")
                #expect(changes.exit == .status(1))
                #expect(
                    changes.text
                        == "- number: 2\n+ number: 3\n- time_limits.warn_at_percent: 72\n+ time_limits.warn_at_percent: 73\n"
                )
                let never = try await headquarters.ask("handbook", "show", "property-management@9-00000000")
                #expect(never.errors.contains("was never published"))
            }
        }

        @Test func whoTakesAComplaintInIsToldWhatTheHandbookAdvises() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                let answer = try await branch.ask(
                    "record", "complaint", "--text", "说好的学区没有了", "--category", "销售管理", "--seeks", "compensation"
                )
                .required().text
                #expect(answer.contains("hot spot: promises"))
                #expect(answer.contains("objections: Neither refuse nor promise on the spot"))
                #expect(answer.contains("Suspected gap: communication gap"))
            }
        }
    }
}
