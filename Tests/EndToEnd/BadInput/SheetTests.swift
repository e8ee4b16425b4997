import Foundation
import Testing

extension EndToEnd {
    /// CSV files as people have them, handed in by `huiyin import` and by the drop folder.
    struct Sheets {
        /// `huiyin import --json`.
        private struct Summary: Decodable {
            var saved: Int
            var known: Int
            var refused: Int
            var encoding: String
            var rejects: String?
            var error: String?
        }

        private static let head = "编号,客户编号,发生时间,标题,投诉内容"

        private func summary(_ output: Output) throws -> Summary {
            try JSONDecoder().decode(Summary.self, from: Data(output.text.utf8))
        }

        private func importSheet(_ file: String, into branch: Branch, _ more: String...) async throws -> Output {
            let maps = ["id=编号", "customer.number=客户编号", "occurred_at=发生时间", "subject=标题", "text=投诉内容"]
            return try await branch.house.run(
                ["import", file, "--as", "complaint", "--json", "--config", branch.config]
                    + maps.flatMap { ["--map", $0] } + more)
        }

        @Test func excelsChineseCSVInGB18030IsRead() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let text =
                    Self.head + "\r\n"
                    + (1...40).map { "g\($0),C\($0),2019/7/\($0 % 28 + 1) 9:05,电梯故障,\"三号楼电梯又坏了，\"\"没有\"\"人修\"\r\n" }
                    .joined()
                let utf8 = try house.write("utf8.csv", Data(text.utf8))
                let bytes = try await house.run(
                    ["-c", "iconv -f UTF-8 -t GB18030 \"$0\" > \"$1\"", utf8, house.folder + "/gb.csv"],
                    program: "/bin/sh")
                _ = try bytes.required()
                let dry = try await importSheet(house.folder + "/gb.csv", into: branch, "--dry-run")
                #expect(try summary(dry.required()).saved == 0)
                let first = try summary(try await importSheet(house.folder + "/gb.csv", into: branch).required())
                #expect(first.saved == 40)
                #expect(first.encoding.lowercased().contains("18030"))
                let again = try summary(try await importSheet(utf8, into: branch).required())
                #expect((again.saved, again.known) == (0, 40), "the same rows in another encoding")
                let records = try await headquarters.notes(Set((1...40).map { "g\($0)" }))
                #expect(records.count == 40)
                let kept = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records/g7")
                #expect(kept.body.contains(#"三号楼电梯又坏了，\"没有\"人修"#), "\(kept.body)")
            }
        }

        @Test func refusedRowsComeBackWithLineAndReasonBesideTheGoodOnes() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let large = String(repeating: "x", count: 10 << 20)
                let rows = [
                    Self.head, "ok-1,C1,2019-07-01,电梯,坏了", "old,C2,1900-01-01,电梯,坏了", "large,C4,2019-07-03,电梯,\(large)",
                    "ok-2,C5,2019-07-04,电梯,又坏了",
                ]
                let file = try house.write("mixed.csv", Data(rows.joined(separator: "\n").utf8))
                let output = try await importSheet(file, into: branch)
                #expect(output.exit == .status(2), "\(output)")
                let found = try summary(output)
                #expect((found.saved, found.refused) == (2, 2), "\(output)")
                let rejects = house.text(of: try #require(found.rejects))
                #expect(rejects.contains(/3,occurred_at,/), "\(rejects.suffix(500))")
                #expect(rejects.contains(/4,[a-z]*,[^\n]*(bytes|MiB|characters)/), "\(rejects.suffix(500))")
                #expect(try await headquarters.notes(["ok-1", "ok-2"]).count == 2)
            }
        }

        @Test(arguments: ["UTF-8", "GB18030"])
        func damagedRowCostsItselfOnlyAndIsTakenOnceWhenItIsMended(encoding: String) async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let text =
                    Self.head + "\nu1,C1,2019-07-01,电梯,电梯又坏了没有人来修理\nu2,C2,2019-07-02,电梯,\"三号楼§，\n等了一天\"\n"
                    + "u3,C3,2019-07-03,电梯,又坏了\n"
                let whole = try house.write("whole.csv", Data(text.utf8))
                let converted = house.folder + "/converted.csv"
                _ = try await house.run(
                    ["-c", "iconv -f UTF-8 -t \"$2\" \"$0\" > \"$1\"", whole, converted, encoding], program: "/bin/sh"
                ).required()
                var bytes = try Data(contentsOf: URL(fileURLWithPath: converted))
                // § is C2 A7 in UTF-8 and A1 EC in GB18030.
                let mark = try #require(bytes.range(of: Data(encoding == "UTF-8" ? [0xC2, 0xA7] : [0xA1, 0xEC])))
                bytes.replaceSubrange(mark, with: [0xFF])
                let output = try await importSheet(try house.write("damaged.csv", bytes), into: branch)
                #expect(output.exit == .status(2), "\(output)")
                let found = try summary(output)
                #expect((found.saved, found.refused, found.error) == (2, 1, nil), "\(output)")
                #expect(found.encoding == encoding)
                let rejects = house.text(of: try #require(found.rejects))
                #expect(rejects.contains("三号楼⟦FF⟧，\n等了一天"), "\(rejects)")
                let reason = "3,,\"byte \(mark.lowerBound) of the file, 0xFF, is no \(encoding)"
                #expect(rejects.contains(reason), "\(rejects)")
                let unmended = try await importSheet(try house.write("again.csv", Data(rejects.utf8)), into: branch)
                #expect(try summary(unmended).refused == 1, "\(unmended)")
                let mended = try house.write("mended.csv", Data(rejects.replacing("⟦FF⟧", with: "坏了").utf8))
                let last = try summary(try await importSheet(mended, into: branch).required())
                #expect((last.saved, last.refused) == (1, 0))
                #expect(try await headquarters.notes(["u1", "u2", "u3"]).count == 3)
            }
        }

        @Test func aWrongDelimiterIsToldBeforeAnythingIsTaken() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let branch = try await Branch("north", of: headquarters)
                try await branch.daemon.start()
                let text = Self.head.replacing(",", with: ";") + "\ns1;C1;2019-07-01;电梯;坏了\n"
                let file = try house.write("semicolons.csv", Data(text.utf8))
                let wrong = try await importSheet(file, into: branch, "--delimiter", "comma")
                #expect(wrong.exit == .status(1), "\(wrong)")
                #expect(wrong.errors.contains("“;”"), "\(wrong)")
                let right = try summary(try await importSheet(file, into: branch).required())
                #expect(right.saved == 1, "found out by itself")
            }
        }

        @Test func theDropFolderTakesFilesOnceAndKeepsWhatItRefused() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let drop = house.folder + "/drop"
                let branch = try await Branch("north", of: headquarters, settings: "drop-folder: \"\(drop)\"")
                try await headquarters.add(branch)
                try await branch.daemon.start()
                let lines = [
                    #"{"id":"d1","text":"电梯坏了","occurred_at":"2019-07-01"}"#,
                    #"{"id":"d2","occurred_at":"1900-01-01","text":"x"}"#,
                    #"{"id":"d3","text":"水管漏水"}"#,
                ]
                _ = try house.write("drop/complaint-1.ndjson", Data(lines.joined(separator: "\n").utf8))
                let sheet = Data("编号,投诉内容\nd5,".utf8) + [0xE8, 0xB7] + Data("不亮\nd4,路灯不亮\n".utf8)
                _ = try house.write("drop/投诉-2.csv", sheet)
                // A row once more, in another file: it has an id.
                _ = try house.write("drop/complaint-3.ndjson", Data(lines[0].utf8))
                let notes = try await headquarters.notes(["d1", "d3", "d4"])
                #expect(notes.allSatisfy { $0.kind == "complaint" })
                let rejects = try await eventually("the refused row") {
                    let text = house.text(of: drop + "/rejects/complaint-1.ndjson.rejects.ndjson")
                    return text.isEmpty ? nil : text
                }
                #expect(rejects.contains("occurred_at") && rejects.contains("d2"))
                let damaged = try await eventually("the damaged row") {
                    let text = house.text(of: drop + "/rejects/投诉-2.csv.rejects.csv")
                    return text.isEmpty ? nil : text
                }
                #expect(damaged.contains("d5,⟦E8⟧⟦B7⟧不亮,2,"), "\(damaged)")
                try await eventually("all files in done") {
                    let done = try FileManager.default.contentsOfDirectory(atPath: drop + "/done")
                    return Set(done) == ["complaint-1.ndjson", "complaint-3.ndjson", "投诉-2.csv"] ? true : nil
                }
                #expect(try await headquarters.records().filter { $0.clientID == "d1" }.count == 1)
            }
        }
    }
}
