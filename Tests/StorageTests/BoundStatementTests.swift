import Foundation
import GRDB
import Records
import Testing

@testable import Storage

struct BoundStatementTests {
    private func database() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try queue.write { try $0.execute(sql: "CREATE TABLE t (a INTEGER UNIQUE, b BLOB, c TEXT)") }
        return queue
    }

    @Test func valuesComeBackAsTheyWereBound() throws {
        let hash = ChainHash(bytes: [UInt8](repeating: 9, count: 32))!
        try database().write { database in
            let insert = try BoundStatement(database, "INSERT INTO t VALUES (?, ?, ?)")
            let blobs: [Data?] = [Data([1, 0, 2]), Data(), nil, hash.data]
            for (number, blob) in blobs.enumerated() {
                let changed = try insert.run { bind in
                    bind.bind(Int64(number))
                    bind.bind(blob)
                    bind.bind(number == 2 ? nil : "文本 \(number)")
                }
                #expect(changed == 1)
            }
            var rows: [(Data, Bool, String)] = []
            try BoundStatement(database, "SELECT a, b, c FROM t ORDER BY a").forEach({ _ in }) { row in
                rows.append((row.data(1), row.isNull(1), row.text(2)))
                if rows.count == 4 { #expect(row.holds(hash, 1)) } else { #expect(!row.holds(hash, 1)) }
                return true
            }
            #expect(rows.map(\.0) == [Data([1, 0, 2]), Data(), Data(), hash.data])
            // An empty blob is no NULL.
            #expect(rows.map(\.1) == [false, false, true, false])
            #expect(rows.map(\.2) == ["文本 0", "文本 1", "", "文本 3"])
        }
    }

    @Test func afterAFailureTheStatementCanRunAgain() throws {
        try database().write { database in
            let insert = try BoundStatement(database, "INSERT INTO t (a) VALUES (?)")
            try insert.run { $0.bind(1) }
            #expect(throws: DatabaseError.self) { try insert.run { $0.bind(1) } }
            #expect(try insert.run { $0.bind(2) } == 1)
        }
    }

    @Test func tooManyParametersAreAnError() throws {
        try database().write { database in
            let insert = try BoundStatement(database, "INSERT INTO t (a) VALUES (?)")
            #expect(throws: DatabaseError.self) {
                try insert.run { bind in
                    bind.bind(5)
                    bind.bind("no such parameter")
                }
            }
        }
    }
}
