import Foundation
import Testing

/// The built `huiyin-simulate`: what differs between two processes, as the order of a `Set` does, would show here.
struct TwoProcessesTests {
    @Test func theSameSeedsGiveTheSameTracesInTwoProcesses() async throws {
        async let first = simulate("--seeds", "24", "--start", "1000")
        async let second = simulate("--seeds", "24", "--start", "1000")
        let (ours, theirs) = try await (first, second)
        #expect(ours == theirs)
        #expect(ours.text.split(separator: "\n").count { $0.contains(": well") } == 24)
        #expect(ours.status == 0)
    }

    @Test func aSeedThatFindsSomethingSaysHowToRepeatIt() async throws {
        let found = try await simulate("--seeds", "1", "--lie", "personalPartDropped")
        #expect(found.status == 1)
        #expect(found.text.contains("again: huiyin-simulate --trace 0 --lie personalPartDropped"))
        #expect(found.text.contains("→ DATA"))
        #expect(found.text.contains("has other bytes"))
    }

    private struct Outcome: Equatable {
        var status: Int32
        var text: String
    }

    private func simulate(_ arguments: String...) async throws -> Outcome {
        let process = Process()
        // `swift test` runs .build/debug/huiyinPackageTests.xctest, itself or through a helper that is given its path.
        let bundle = (CommandLine.arguments + [Bundle.main.executablePath ?? ""]).first { $0.contains(".xctest") }
        process.executableURL = URL(filePath: try #require(bundle)).deletingLastPathComponent()
            .appending(path: "huiyin-simulate")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, text: String(decoding: text, as: UTF8.self))
    }
}
