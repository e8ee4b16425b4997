import Foundation
import GRDBSQLite
import Testing

extension EndToEnd {
    /// What operators are told when something stands still.
    struct Lag {
        @Test func aFrozenDrainIsRedWithinTwoHeartbeatsThoughHeartbeatsGoOn() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("before", "电梯坏了")
                _ = try await headquarters.notes(["before"])
                #expect(try await headquarters.status()["north"]?.state == "connected")
                // Headquarters' writer waits for a lock that another process has: nothing is stored, everything else goes on.
                let lock = try WriteLock(headquarters.folder + "/log.sqlite")
                try await branch.complain("frozen", "水管漏了")
                let stalled = try await eventually("a red state", within: .milliseconds(4800)) {
                    let site = try await headquarters.status()["north"]
                    return site?.state == "stalled" ? site : nil
                }
                #expect(stalled.lagRecords ?? 0 >= 1)
                let status: AgentStatusPaper = try await branch.ask("status", "--json").json()
                #expect(["stalled", "connecting"].contains(status.link.state), "\(status)")
                #expect(status.log.lag_records >= 1)
                lock.release()
                _ = try await headquarters.notes(["before", "frozen"])
                try await eventually("a green state") {
                    let site = try await headquarters.status()["north"]
                    return site?.state == "connected" && site?.lagRecords == 0 ? true : nil
                }
            }
        }
    }
}

/// The write lock of an SQLite database, held from outside.
private final class WriteLock {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { throw Fault("no \(path)") }
        sqlite3_busy_timeout(handle, 5000)
        guard sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK else {
            throw Fault("no lock on \(path)")
        }
    }

    func release() {
        sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
        sqlite3_close(handle)
        handle = nil
    }

    deinit { if handle != nil { release() } }
}
