package import Foundation
package import GRDB
import GRDBSQLite
package import Records

/// A prepared statement bound through SQLite's C interface: for the few statements that run once for each record.
///
/// The statement belongs to GRDB's cache and to the connection's queue; it is used there only and reset after each run.
package struct BoundStatement {
    private let handle: OpaquePointer
    private let database: Database
    private let sql: String

    package init(_ database: Database, _ sql: String) throws {
        handle = try database.cachedStatement(sql: sql).sqliteStatement
        self.database = database
        self.sql = sql
    }

    /// Binds the parameters from the first on, runs the statement to its end and returns how many rows it changed.
    @discardableResult
    package func run(_ bind: (inout Binder) -> Void) throws -> Int {
        defer { sqlite3_reset(handle) }
        try start(bind)
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
        return database.changesCount
    }

    /// Binds the parameters, and calls `row` for each row of the result until it returns false.
    package func forEach(_ bind: (inout Binder) -> Void, row: (Row) throws -> Bool) throws {
        defer { sqlite3_reset(handle) }
        try start(bind)
        while true {
            let code = sqlite3_step(handle)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            if try !row(Row(handle: handle)) { return }
        }
    }

    private func start(_ bind: (inout Binder) -> Void) throws {
        sqlite3_reset(handle)
        var binder = Binder(handle: handle)
        bind(&binder)
        guard binder.code == SQLITE_OK else { throw failure(binder.code) }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqlite3_db_handle(handle))),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))), sql: sql)
    }

    /// Binds one parameter after the other; the first failure stays.
    package struct Binder {
        let handle: OpaquePointer
        var index: CInt = 0
        var code: CInt = SQLITE_OK

        package mutating func bind(_ value: Int64?) {
            index += 1
            guard code == SQLITE_OK else { return }
            code = value.map { sqlite3_bind_int64(handle, index, $0) } ?? sqlite3_bind_null(handle, index)
        }

        package mutating func bind(_ value: Data?) {
            index += 1
            guard code == SQLITE_OK else { return }
            guard let value else {
                code = sqlite3_bind_null(handle, index)
                return
            }
            value.withUnsafeBytes { bind(blob: $0) }
        }

        package mutating func bind(_ value: [UInt8]) {
            index += 1
            guard code == SQLITE_OK else { return }
            value.withUnsafeBytes { bind(blob: $0) }
        }

        package mutating func bind(_ value: ChainHash) {
            index += 1
            guard code == SQLITE_OK else { return }
            value.withUnsafeBytes { bind(blob: $0) }
        }

        /// An empty blob may have no address, which SQLite would take for NULL.
        private mutating func bind(blob: UnsafeRawBufferPointer) {
            code =
                blob.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob64(handle, index, blob.baseAddress, UInt64(blob.count), transient)
        }

        package mutating func bind(_ value: String?) {
            index += 1
            guard code == SQLITE_OK else { return }
            guard let value else {
                code = sqlite3_bind_null(handle, index)
                return
            }
            code = sqlite3_bind_text(handle, index, value, CInt(value.utf8.count), transient)
        }
    }

    /// The row that the statement stands on; its values are copied.
    package struct Row {
        let handle: OpaquePointer

        package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }

        package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }

        package func data(_ column: Int) -> Data {
            let count = Int(sqlite3_column_bytes(handle, CInt(column)))
            guard count > 0, let bytes = sqlite3_column_blob(handle, CInt(column)) else { return Data() }
            return Data(bytes: bytes, count: count)
        }

        /// Whether the column holds this hash, without a copy.
        package func holds(_ hash: ChainHash, _ column: Int) -> Bool {
            guard let bytes = sqlite3_column_blob(handle, CInt(column)) else { return false }
            let stored = UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, CInt(column))))
            return hash.withUnsafeBytes { $0.elementsEqual(stored) }
        }

        package func text(_ column: Int) -> String {
            sqlite3_column_text(handle, CInt(column)).map { String(cString: $0) } ?? ""
        }
    }
}

/// SQLITE_TRANSIENT: SQLite copies what it is given.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
