import Foundation
import Records
import Spreadsheets
import Storage
import Testing

@testable import Agent

@Suite struct SheetImportTests {
    /// 主题,内容,紧急,时间 and two rows in GB18030, of which the second has a time that is none.
    private static let gb18030 = Data(
        [
            0xD6, 0xF7, 0xCC, 0xE2, 0x2C, 0xC4, 0xDA, 0xC8, 0xDD, 0x2C, 0xBD, 0xF4, 0xBC, 0xB1, 0x2C, 0xCA, 0xB1, 0xBC,
            0xE4, 0x0D,
            0x0A,
            // 漏水,厨房漏水,是,2026/10/5 9:30
            0xC2, 0xA9, 0xCB, 0xAE, 0x2C, 0xB3, 0xF8, 0xB7, 0xBF, 0xC2, 0xA9, 0xCB, 0xAE, 0x2C, 0xCA, 0xC7, 0x2C,
        ] + Array("2026/10/5 9:30\r\n".utf8) + [
            // 电梯,电梯停了,否,2026-13-05
            0xB5, 0xE7, 0xCC, 0xDD, 0x2C, 0xB5, 0xE7, 0xCC, 0xDD, 0xCD, 0xA3, 0xC1, 0xCB, 0x2C, 0xB7, 0xF1, 0x2C,
        ] + Array("2026-13-05\r\n".utf8))

    private func run(
        _ agent: RunningAgent, _ name: String, maps: [String] = ["subject=主题"], isDryRun: Bool = false
    ) async throws -> SheetImport.Summary {
        let options = SheetRows.Options(kind: .complaint, mapping: .init(maps: maps))
        return try await SheetImport(
            agent.folder.file(name), options: options, isDryRun: isDryRun, client: agent.client
        ).run()
    }

    @Test func aChineseSpreadsheetIsTaken() async throws {
        try await withAgent { agent in
            try agent.folder.write("投诉.csv", Self.gb18030)
            let summary = try await run(agent, "投诉.csv")
            #expect((summary.saved, summary.refused) == (1, 1))
            #expect(summary.encoding == .gb18030)
            let record = try #require(try agent.agent.log.newest(before: nil, limit: 1).map(\.record).first)
            #expect(record.personal?.subject == "漏水")
            #expect(record.facts.complaint.urgent)
            #expect(record.occurred == Timestamp("2026-10-05T09:30:00+08:00", in: .utc))
            let rejects = try agent.folder.read("投诉.csv.rejects.csv")
            #expect(rejects.contains("电梯停了") && rejects.contains("occurred_at") && rejects.contains(",3,"))
        }
    }

    @Test func theSameFileAgainDoublesNothing() async throws {
        try await withAgent { agent in
            let rows = (1...2500).map { "问题\($0),内容" }.joined(separator: "\n")
            try agent.folder.write("a.csv", "主题,内容\n" + rows + "\n")
            #expect(try await run(agent, "a.csv", isDryRun: true).valid == 2500)
            #expect(agent.agent.log.head.sequence == .zero)
            #expect(try await run(agent, "a.csv").saved == 2500)
            let again = try await run(agent, "a.csv")
            #expect((again.saved, again.known, again.refused) == (0, 2500, 0))
            #expect(!agent.folder.exists("a.csv.rejects.csv"))
        }
    }

    @Test func mendedRejectsCanBeImported() async throws {
        try await withAgent { agent in
            try agent.folder.write("a.csv", "编号,主题,人数\n1,好,2\n2,坏,很多\n")
            let first = try await run(agent, "a.csv")
            #expect((first.saved, first.refused) == (1, 1))
            let rejects = try agent.folder.read("a.csv.rejects.csv").replacing("很多", with: "7")
            try agent.folder.write("mended.csv", rejects)
            let second = try await run(agent, "mended.csv")
            #expect((second.saved, second.refused) == (1, 0))
            #expect(agent.agent.log.head.sequence == SequenceNumber(2))
        }
    }

    @Test func aWrongDelimiterIsNamed() async throws {
        try await withAgent { agent in
            try agent.folder.write("a.csv", "主题，内容，紧急\n漏水，厨房，是\n")
            await #expect {
                _ = try await run(agent, "a.csv", maps: [])
            } throws: { error in
                "\(error)".contains("，")
            }
            #expect(agent.agent.log.head.sequence == .zero)
        }
    }

    @Test func aFullDiskStopsTheImportAndSaysSo() async throws {
        try await withAgent(configure: { $0.diskReserve = .max / 2 }) { agent in
            try agent.folder.write("a.csv", "主题,内容\n漏水,厨房\n")
            await #expect {
                _ = try await run(agent, "a.csv")
            } throws: { error in
                "\(error)".contains("nothing new is taken until there is room")
            }
        }
    }
}

extension DropFolderTests {
    @Test func spreadsheetsAreTakenByTheirColumns() async throws {
        let folder = try TemporaryFolder()
        let intake = try intake(in: folder)
        let drop = try DropFolder(folder.file("drop"), intake: intake, logger: .silent)
        let sheet = "主题,内容,人数\n漏水,厨房,2\n电梯,停了,很多\n"
        try folder.write("drop/complaint-1.csv", sheet)
        try folder.write("drop/mixed.csv", "kind,主题,满意度\n投诉,漏水,\nvisit,,4\n别的,,\n")
        _ = await drop.poll()
        let reports = await drop.poll()
        let first = try #require(reports["complaint-1.csv"])
        #expect((first.saved, first.refused) == (1, 1))
        let mixed = try #require(reports["mixed.csv"])
        #expect((mixed.saved, mixed.refused) == (2, 1))
        let rejects = try folder.read("drop/rejects/complaint-1.csv.rejects.csv")
        #expect(rejects.contains("电梯,停了,很多,3,group_size"))
        // The same content under another name is the same rows.
        try folder.write("drop/complaint-2.csv", sheet)
        _ = await drop.poll()
        #expect(await drop.poll()["complaint-2.csv"]?.known == 1)
        #expect(intake.log.head.sequence == SequenceNumber(3))
    }

    @Test func aSpreadsheetOfWhichNothingIsKnownIsPutAside() async throws {
        let folder = try TemporaryFolder()
        let drop = try DropFolder(folder.file("drop"), intake: try intake(in: folder), logger: .silent)
        try folder.write("drop/visit.csv", "a,b\n1,2\n")
        _ = await drop.poll()
        _ = await drop.poll()
        #expect(folder.exists("drop/rejects/visit.csv"))
        #expect(try folder.read("drop/rejects/visit.csv.reason.txt").contains("known for a visit"))
        #expect(!folder.exists("drop/visit.csv"))
    }
}
