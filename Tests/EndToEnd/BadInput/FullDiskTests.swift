import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A branch whose disk is full says so, loses nothing and goes on when there is room.
    struct FullDisks {
        /// A reserve is kept: the disk as its user sees it is full. None is kept: SQLite meets the end itself.
        @Test(arguments: ["8MiB", "0MiB"])
        func aFullDiskRefusesNewNotesAndKeepsTheOldOnes(reserve: String) async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                try await house.withSmallDisk(megabytes: 24) { disk in
                    let branch = try await Branch(
                        "north", of: headquarters, folder: disk + "/north", settings: "disk-reserve: \(reserve)")
                    try await headquarters.add(branch)
                    try await branch.daemon.start()
                    try await branch.complain("before", "电梯坏了", by: "C001")
                    _ = try await headquarters.notes(["before"])
                    await headquarters.daemon.kill()
                    try await branch.complain("waiting", "水管漏水", by: "C002")

                    let ballast = try fill(disk, leaving: reserve == "0MiB" ? 0 : 4 << 20)
                    let refused = try await eventually("a refusal") {
                        let answer = try await branch.ask(
                            "record", "complaint", "--id", UUID().uuidString, "--text", Self.page)
                        return answer.succeeded ? nil : answer
                    }
                    #expect(refused.exit == .status(1))
                    #expect(refused.errors.contains("is safe") || refused.errors.contains("full"), "\(refused)")
                    for id in ["before", "waiting"] {
                        let kept = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records/\(id)")
                        #expect(kept.status == 200, "\(id)")
                    }
                    // What was saved flows although the disk is full.
                    try await headquarters.daemon.start()
                    _ = try await headquarters.notes(["waiting"])

                    unlink(ballast)
                    try await branch.complain("after", "路灯不亮", by: "C003")
                    _ = try await headquarters.notes(["before", "waiting", "after"])
                    #expect(branch.daemon.isRunning)
                    // And over a restart: what was refused is nowhere, what was saved is whole.
                    let count = try await headquarters.records().filter { $0.kind == "complaint" }.count
                    try await branch.daemon.stop()
                    try await branch.daemon.start()
                    try await branch.complain("last", "门禁坏了", by: "C004")
                    _ = try await headquarters.notes(["last"])
                    #expect(try await headquarters.records().filter { $0.kind == "complaint" }.count == count + 1)
                    try await branch.daemon.stop()
                }
            }
        }

        /// Nearly as large as a text may be, so that it needs room.
        private static let page = String(repeating: "电梯又坏了，没有人修。", count: 1800)

        /// Fills a disk with one file; returns the file.
        private func fill(_ disk: String, leaving rest: Int) throws -> String {
            let path = disk + "/ballast"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Fault("\(path): \(String(cString: strerror(errno)))") }
            defer { close(descriptor) }
            var free = statvfs()
            let block = [UInt8](repeating: 1, count: 4096)
            while statvfs(disk, &free) == 0, Int(free.f_bavail) * Int(free.f_frsize) > rest {
                guard write(descriptor, block, block.count) == block.count else { break }
            }
            return path
        }
    }
}

extension House {
    /// A disk of its own in memory, gone afterwards. Needs root, as CI has it; a failure says so.
    fileprivate func withSmallDisk(megabytes: Int, _ body: (String) async throws -> Void) async throws {
        let disk = folder + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let options = ["-t", "tmpfs", "-o", "size=\(megabytes)m", "huiyin-test", disk]
        let mounted = try await run(options, program: try Executable.system("mount"))
        guard mounted.succeeded else { throw Fault("a small disk needs root: \(mounted)") }
        do {
            try await body(disk)
        } catch {
            noteFailure()
            // The agent may still be running there: the mount goes when it ends.
            umount2(disk, Int32(MNT_DETACH))
            throw error
        }
        umount2(disk, Int32(MNT_DETACH))
    }
}
