import GRDB
package import Records

extension ViewWriter {
    /// Notes that something came in of these months.
    package func noteUnrevised(_ months: Set<Month>) throws {
        for month in months {
            try database.execute(sql: "INSERT OR IGNORE INTO unrevised VALUES (?)", arguments: [month.index])
        }
    }

    /// Notes that the digests of all closed months are what the records make of them.
    package func noteRevised() throws {
        try database.execute(sql: "DELETE FROM unrevised")
    }
}

extension Views {
    /// Months of which something came in that no digest was compared with yet.
    package func unrevisedMonths() throws -> Set<Month> {
        try pool.read { database in
            Set(try Int64.fetchAll(database, sql: "SELECT month FROM unrevised").map { Month(index: $0) })
        }
    }
}
