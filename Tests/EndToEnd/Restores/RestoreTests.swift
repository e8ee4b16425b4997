import Foundation
import Testing

extension EndToEnd {
    /// Folders that go back in time, disks that are copied, on real processes: nothing that was saved and is on some disk is
    /// lost, nothing counts twice, and a person is told.
    struct Restores {
        /// Notes that a person was told are saved, by the disks that hold them.
        private struct Scene {
            let headquarters: Headquarters
            let branch: Branch

            init(_ house: House) async throws {
                headquarters = try await Headquarters.start(in: house)
                branch = try await Branch.start("riverside", at: headquarters)
            }

            func note(_ ids: String...) async throws {
                for id in ids { try await branch.complain(id, "电梯故障 \(id)", by: "C-\(id)", at: "2026-09-10T10:00") }
            }

            /// Each of them is at headquarters and counts once, and nothing else does.
            func judge(_ ids: Set<String>, within limit: Duration = .seconds(40)) async throws {
                _ = try await headquarters.notes(ids, within: limit)
                let delivered = Set(try await headquarters.records().filter { $0.kind == "complaint" }.map(\.clientID))
                #expect(delivered == ids)
                try await eventually("each note counted once", within: .seconds(20)) {
                    try await headquarters.digest(Note.month)["complaints.received"] == ids.count ? true : nil
                }
            }

            func flag(_ kind: String) async throws {
                try await eventually("the flag \(kind)", within: .seconds(30)) {
                    try await headquarters.feed().contains { $0.flag.kind == kind } ? true : nil
                }
            }

            func flags(_ kind: String) async throws -> Int {
                try await headquarters.feed().filter { $0.flag.kind == kind }.count
            }
        }

        @Test func aSiteThatWasRolledBackAndWritesOnUnawareLosesNothing() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1", "a-2")
                _ = try await scene.headquarters.notes(["a-1", "a-2"])
                try await scene.branch.daemon.stop()
                let backup = try Snapshot(of: scene.branch.folder)
                try await scene.branch.daemon.start()
                try await scene.note("b-1", "b-2", "b-3")
                _ = try await scene.headquarters.notes(["b-1", "b-2", "b-3"])
                try await scene.branch.daemon.stop()
                try backup.restore(to: scene.branch.folder)
                try await scene.headquarters.daemon.stop()
                try await scene.branch.daemon.start()
                try await scene.note("c-1", "c-2")  // unaware: nobody is there to tell
                try await scene.headquarters.daemon.start()
                try await scene.judge(["a-1", "a-2", "b-1", "b-2", "b-3", "c-1", "c-2"])
                try await scene.flag("site_rolled_back")
                #expect(try await scene.flags("site_fenced") == 0)
                // And once more, from the same backup.
                try await scene.branch.daemon.stop()
                try backup.restore(to: scene.branch.folder)
                try await scene.branch.daemon.start()
                try await scene.note("d-1")
                try await scene.judge(["a-1", "a-2", "b-1", "b-2", "b-3", "c-1", "c-2", "d-1"])
                #expect(try await scene.flags("site_fenced") == 0)
            }
        }

        @Test func aRestoreByCommandIsToldAndTakesANewEpochBeforeAnythingIsWritten() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1")
                _ = try await scene.headquarters.notes(["a-1"])
                try await scene.branch.daemon.stop()
                let backup = try Snapshot(of: scene.branch.folder)
                try await scene.branch.daemon.start()
                let refused = try await scene.branch.ask("agent", "restore")
                #expect(!refused.succeeded && refused.errors.contains("stop it first"), "\(refused)")
                try await scene.note("b-1")
                _ = try await scene.headquarters.notes(["b-1"])
                try await scene.branch.daemon.stop()
                try backup.restore(to: scene.branch.folder)
                _ = try await scene.branch.ask("agent", "restore").required()
                try await scene.branch.daemon.start()
                try await scene.note("c-1")
                try await scene.judge(["a-1", "b-1", "c-1"])
                try await scene.flag("site_rolled_back")
                #expect(try await scene.flags("site_fenced") == 0)
            }
        }

        @Test func aReplacedDiskIsWelcomedAndItsLossIsNamed() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1", "a-2")
                _ = try await scene.headquarters.notes(["a-1", "a-2"])
                try await scene.branch.daemon.stop()
                for name in ["log.sqlite", "log.sqlite-wal", "log.sqlite-shm"] {
                    try? FileManager.default.removeItem(atPath: scene.branch.folder + "/" + name)  // some are not there
                }
                try await scene.branch.daemon.start()
                try await scene.note("b-1")
                // What was imported is imported again: its ids are its own.
                try await scene.note("a-1")
                try await scene.judge(["a-1", "a-2", "b-1"])
                try await scene.flag("site_replaced")
            }
        }

        @Test func aClonedDiskIsRefusedUntilSomebodyDecides() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1")
                _ = try await scene.headquarters.notes(["a-1"])
                try await scene.branch.daemon.stop()
                let image = try Snapshot(of: scene.branch.folder)
                try await scene.branch.daemon.start()
                try await scene.note("b-1")
                _ = try await scene.headquarters.notes(["b-1"])
                // The copy runs in turn, and writes more than the other did.
                try await scene.branch.daemon.stop()
                let original = try image.restore(to: scene.branch.folder)
                try await scene.headquarters.daemon.stop()
                try await scene.branch.daemon.start()
                try await scene.note("c-1", "c-2", "c-3")
                try await scene.headquarters.daemon.start()
                try await scene.flag("site_fenced")
                // It goes on taking records, and none of them arrives.
                try await scene.note("c-4")
                try await scene.judge(["a-1", "b-1"])
                _ = try await scene.headquarters.ask("site", "resolve", "riverside", "--same-site").required()
                try await scene.judge(["a-1", "b-1", "c-1", "c-2", "c-3", "c-4"])
                // The original comes back with a note that nobody has: it is the copy now.
                try await scene.branch.daemon.stop()
                try original.restore(to: scene.branch.folder)
                try await scene.headquarters.daemon.stop()
                try await scene.branch.daemon.start()
                try await scene.note("d-1")
                try await scene.headquarters.daemon.start()
                try await eventually("it waits for a decision", within: .seconds(40)) {
                    let output = try await scene.headquarters.ask("site", "resolve", "riverside", "--same-site")
                    return output.succeeded ? true : nil
                }
                try await scene.judge(["a-1", "b-1", "c-1", "c-2", "c-3", "c-4", "d-1"])
            }
        }

        @Test func aCloneThatRunsBesideTheOriginalIsToldApartAndNothingIsLost() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1")
                _ = try await scene.headquarters.notes(["a-1"])
                try await scene.branch.daemon.stop()
                let clone = try scene.branch.clone()
                for copy in [scene.branch, clone] { try await copy.daemon.start() }
                // Both take records, whichever of them headquarters hears.
                for (copy, id) in [(scene.branch, "o-1"), (clone, "k-1"), (scene.branch, "o-2"), (clone, "k-2")] {
                    try await copy.complain(id, "电梯故障 \(id)", by: "C-\(id)", at: "2026-09-10T10:00")
                }
                try await scene.flag("site_fenced")
                // One copy's disk is the site's from here on; somebody takes what the other has in.
                let all: Set = ["a-1", "o-1", "o-2", "k-1", "k-2"]
                try await eventually("the records of both", within: .seconds(90)) {
                    _ = try await scene.headquarters.ask("site", "resolve", "riverside", "--same-site")
                    let delivered = Set(try await scene.headquarters.records().map(\.clientID))
                    return delivered.isSuperset(of: all) ? true : nil
                }
                await clone.daemon.kill()
                try await scene.judge(all)
            }
        }

        @Test func headquartersFromAnOldCopyGetsBackWhatItLacks() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1")
                _ = try await scene.headquarters.notes(["a-1"])
                try await scene.headquarters.daemon.stop()
                let backup = try Snapshot(of: scene.headquarters.folder)
                try await scene.headquarters.daemon.start()
                try await scene.note("b-1", "b-2")
                _ = try await scene.headquarters.notes(["b-1", "b-2"])
                try await scene.headquarters.daemon.stop()
                try await scene.note("c-1")
                try backup.restore(to: scene.headquarters.folder)
                try await scene.headquarters.daemon.start()
                try await scene.judge(["a-1", "b-1", "b-2", "c-1"])
                try await scene.flag("headquarters_restored")
                #expect(try await scene.flags("site_fenced") == 0)
            }
        }

        @Test func bothFromOldCopiesGoOnWithWhatEitherHas() async throws {
            try await House.open { house in
                let scene = try await Scene(house)
                try await scene.note("a-1")
                _ = try await scene.headquarters.notes(["a-1"])
                try await scene.headquarters.daemon.stop()
                let oldHeadquarters = try Snapshot(of: scene.headquarters.folder)
                try await scene.headquarters.daemon.start()
                try await scene.note("b-1")
                _ = try await scene.headquarters.notes(["b-1"])
                try await scene.branch.daemon.stop()
                let oldBranch = try Snapshot(of: scene.branch.folder)
                try await scene.branch.daemon.start()
                try await scene.note("c-1")
                _ = try await scene.headquarters.notes(["c-1"])
                try await scene.branch.daemon.stop()
                try await scene.headquarters.daemon.stop()
                // c-1 is on no disk any more.
                try oldHeadquarters.restore(to: scene.headquarters.folder)
                try oldBranch.restore(to: scene.branch.folder)
                try await scene.headquarters.daemon.start()
                try await scene.branch.daemon.start()
                try await scene.note("d-1")
                try await scene.judge(["a-1", "b-1", "d-1"])
                #expect(try await scene.flags("site_fenced") == 0)
            }
        }
    }
}
