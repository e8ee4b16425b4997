import Foundation
import Testing

/// One branch for each site of the petitions, and the file that each of them imports.
struct Fleet: Sendable {
    private let headquarters: Headquarters
    /// The one with the most rows first: it imports through all crashes, and crashes itself.
    private let branches: [(branch: Branch, file: String, rows: Int)]

    init(_ petitions: [Petition], at headquarters: Headquarters) async throws {
        self.headquarters = headquarters
        let bySite = Dictionary(grouping: petitions, by: \.site).sorted {
            ($0.value.count, $1.key) > ($1.value.count, $0.key)
        }
        var branches: [(branch: Branch, file: String, rows: Int)] = []
        for (site, rows) in bySite {
            let lines = [CSVText.line(Petition.columns)] + rows.map(\.line)
            let file = try headquarters.house.write("\(site).csv", Data(lines.joined(separator: "\n").utf8))
            branches.append((try await Branch.start(site, at: headquarters), file, rows.count))
        }
        self.branches = branches
    }

    /// Imports everything while headquarters is killed twice and the largest branch once, each before everything arrived:
    /// the branches that begin only after a crash have what it cannot have seen.
    func importThroughCrashes() async throws {
        let waves = [branches[0..<4], branches[4..<7], branches[7...]]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (branch, file, rows) in waves[0].dropFirst() {
                group.addTask { try await Self.importAll(branch, file, rows) }
            }
            group.addTask { try await importThroughOwnCrash() }
            try await crashOnceSomethingArrived(of: waves[0])
            for (branch, file, rows) in waves[1] { group.addTask { try await Self.importAll(branch, file, rows) } }
            try await headquarters.daemon.start()
            try await crashOnceSomethingArrived(of: waves[1])
            for (branch, file, rows) in waves[2] { group.addTask { try await Self.importAll(branch, file, rows) } }
            try await headquarters.daemon.start()
            try await group.waitForAll()
        }
    }

    private static func importAll(_ branch: Branch, _ file: String, _ rows: Int) async throws {
        let output = try await branch.importComplaints(file)
        // Said at once: what waits for these rows fails later, and would hide the reason.
        if !output.succeeded { Issue.record("\(rows) rows of \(branch.site): \(output)") }
    }

    /// The largest branch is killed while its rows are coming in, and imports the same file again.
    private func importThroughOwnCrash() async throws {
        let (branch, file, rows) = branches[0]
        async let first = branch.importComplaints(file)
        try await eventually("a first record of \(branch.site)") {
            let answer = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records?limit=1")
            return answer.body.contains("\"complaint\"") ? true : nil
        }
        await branch.daemon.kill()
        let broken = try await first
        try await branch.daemon.start()
        try await Self.importAll(branch, file, rows)
        // Either way the second import makes it whole; most often the first was cut in two.
        if !broken.succeeded { #expect(!broken.errors.isEmpty, "an import that failed says why") }
    }

    private func crashOnceSomethingArrived(of wave: ArraySlice<(branch: Branch, file: String, rows: Int)>) async throws
    {
        let sites = Set(wave.map(\.branch.site))
        try await eventually("records of \(sites.sorted()) at headquarters", within: .seconds(60)) {
            try await headquarters.records().contains { sites.contains($0.site) && $0.kind == "complaint" } ? true : nil
        }
        await headquarters.daemon.kill()
    }
}
