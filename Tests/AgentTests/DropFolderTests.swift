import Foundation
import Records
import Storage
import Testing

@testable import Agent

@Suite struct DropFolderTests {
    private func dropFolder(in folder: TemporaryFolder, _ intake: Intake) throws -> DropFolder {
        try DropFolder(folder.file("drop"), intake: intake, logger: .silent)
    }

    @Test func goodRowsAreTakenAndRefusedOnesKept() async throws {
        let folder = try TemporaryFolder()
        let intake = try intake(in: folder)
        let drop = try dropFolder(in: folder, intake)
        try folder.write("drop/visit-1.ndjson", "{\"satisfaction\":4}\n{\"satisfaction\":9}\n\n{\"text\":\"好\"}\n")
        #expect(await drop.poll().isEmpty)  // it could still be written to
        let report = try #require(await drop.poll()["visit-1.ndjson"])
        #expect((report.saved, report.refused) == (2, 1))
        #expect(folder.exists("drop/done/visit-1.ndjson"))
        #expect(!folder.exists("drop/visit-1.ndjson"))
        let rejects = try folder.read("drop/rejects/visit-1.ndjson.rejects.ndjson")
        #expect(rejects.contains(#""line":2"#) && rejects.contains(#""field":"satisfaction""#))
        #expect(
            try intake.log.newest(before: nil, limit: 10).map(\.record).map(\.facts.author) == [
                "drop-folder", "drop-folder",
            ])
    }

    @Test func damagedLineCostsItselfAndIsKeptWithItsBytesShown() async throws {
        let folder = try TemporaryFolder()
        let intake = try intake(in: folder)
        let drop = try dropFolder(in: folder, intake)
        let lines: [[UInt8]] = [
            Array(#"{"text":"漏水"}"#.utf8), Array(#"{"text":"坏"#.utf8) + [0xFF] + Array(#"了"}"#.utf8),
            Array(#"{"text":"好了"}"#.utf8) + [0xE5], Array(#"{"text":"路灯不亮"}"#.utf8),
        ]
        try folder.write("drop/complaint-1.ndjson", Data(lines.joined(separator: [0x0A])))
        _ = await drop.poll()
        let report = try #require(await drop.poll()["complaint-1.ndjson"])
        #expect((report.saved, report.refused) == (2, 2))
        let rejects = try folder.read("drop/rejects/complaint-1.ndjson.rejects.ndjson")
        #expect(rejects.contains(#""line":2"#) && rejects.contains("byte 12 of it, 0xFF, is no UTF-8"), "\(rejects)")
        #expect(rejects.contains("坏⟦FF⟧了") && rejects.contains("⟦E5⟧"), "\(rejects)")
    }

    @Test func damagedRowOfASheetCostsItself() async throws {
        let folder = try TemporaryFolder()
        let drop = try dropFolder(in: folder, try intake(in: folder))
        let rows = Data("编号,内容\n1,漏水\n2,".utf8) + [0xE5] + Data("\n3,好了\n".utf8)
        try folder.write("drop/投诉.csv", rows)
        _ = await drop.poll()
        let report = try #require(await drop.poll()["投诉.csv"])
        #expect((report.saved, report.refused) == (2, 1))
        #expect(try folder.read("drop/rejects/投诉.csv.rejects.csv").contains("2,⟦E5⟧,3,,"))
    }

    @Test func sheetWithADamagedHeaderIsPutAsideWhole() async throws {
        let folder = try TemporaryFolder()
        let drop = try dropFolder(in: folder, try intake(in: folder))
        try folder.write("drop/投诉.csv", Data("编号,内".utf8) + [0xE5] + Data("\n1,漏水\n".utf8))
        _ = await drop.poll()
        #expect(await drop.poll().isEmpty)
        #expect(folder.exists("drop/rejects/投诉.csv"))
        let reason = try folder.read("drop/rejects/投诉.csv.reason.txt")
        #expect(reason.contains("the header cannot be read: line 1: byte 10 of the file, 0xE5"), "\(reason)")
    }

    @Test func aFileThatComesAgainDoublesNothing() async throws {
        let folder = try TemporaryFolder()
        let intake = try intake(in: folder)
        let drop = try dropFolder(in: folder, intake)
        let rows = #"[{"kind":"visit","satisfaction":4},{"kind":"visit","satisfaction":4},{"kind":"x"}]"#
        for name in ["a.json", "a.json", "b.json"] {
            try folder.write("drop/\(name)", rows)
            _ = await drop.poll()
            #expect(await drop.poll().count == 1)
        }
        #expect(intake.log.head.sequence == SequenceNumber(2))
        #expect(folder.exists("drop/done/2-a.json"))
    }

    @Test func aFileThatStillGrowsIsLeft() async throws {
        let folder = try TemporaryFolder()
        let drop = try dropFolder(in: folder, try intake(in: folder))
        try folder.write("drop/visit.json", #"[{"satisfaction":4}"#)
        _ = await drop.poll()
        try folder.write("drop/visit.json", #"[{"satisfaction":4},{"satisfaction":5}]"#)
        #expect(await drop.poll().isEmpty)
        #expect(await drop.poll()["visit.json"]?.saved == 2)
    }

    @Test func aFullDiskLeavesTheFileWhereItIs() async throws {
        let folder = try TemporaryFolder()
        var configuration = try configuration(in: folder)
        configuration.diskReserve = .max / 2
        let agent = try AgentService(configuration, version: "test", logger: .silent)
        let drop = try dropFolder(in: folder, agent.intake)
        try folder.write("drop/visit.json", #"{"satisfaction":4}"#)
        _ = await drop.poll()
        #expect(await drop.poll().isEmpty)
        #expect(folder.exists("drop/visit.json"))
    }

    @Test func theNameTellsTheKind() {
        #expect(DropFile.kind(of: "Complaint-2026.csv") == .complaint)
        #expect(DropFile.kind(of: "回访0815.csv") == .visit)
        #expect(DropFile.kind(of: "stuff.csv") == nil)
    }
}
