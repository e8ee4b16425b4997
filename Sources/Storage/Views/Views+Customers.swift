package import Foundation
package import GRDB
package import Records

/// Who is who: by exact keys, and by what people said.
extension Views {
    /// Who the customer behind an exact key is: the least token of the person.
    package static func customer(_ token: Data, _ database: Database) throws -> Data? {
        try Data.fetchOne(
            database,
            sql: """
                SELECT COALESCE(customer_link.customer, customer_token.customer) FROM customer_token
                LEFT JOIN customer_link ON exact = customer_token.customer WHERE token = ?
                """, arguments: [token])
    }

    /// Every exact key and its person.
    package func customers() throws -> [Data: Data] {
        try pool.read { database in
            let links = try Self.links(database)
            var customers: [Data: Data] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT token, customer FROM customer_token")
            while let row = try rows.next() {
                let exact: Data = row["customer"]
                customers[row["token"]] = links[exact] ?? exact
            }
            return customers
        }
    }

    /// Every exact key and who it belongs to by exact keys alone.
    package func exactCustomers() throws -> [Data: Data] {
        try pool.read { database in
            var customers: [Data: Data] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT token, customer FROM customer_token")
            while let row = try rows.next() { customers[row["token"]] = row["customer"] }
            return customers
        }
    }

    /// The exact keys of a person, sorted.
    package func tokens(of customer: Data) throws -> [Data] {
        try pool.read { database in
            try Data.fetchAll(
                database,
                sql: """
                    SELECT token FROM customer_token WHERE customer = ?1
                    OR customer IN (SELECT exact FROM customer_link WHERE customer = ?1) ORDER BY token
                    """, arguments: [customer])
        }
    }

    /// The persons whose name in hexadecimal digits begins so, at most `limit`.
    package func customers(prefix: String, limit: Int) throws -> [Data] {
        guard let (low, high) = Self.range(prefix) else { return [] }
        return try pool.read { database in
            try Data.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT COALESCE(customer_link.customer, customer_token.customer) AS name FROM customer_token
                    LEFT JOIN customer_link ON exact = customer_token.customer
                    WHERE customer_token.customer BETWEEN ? AND ? ORDER BY name LIMIT ?
                    """, arguments: [low, high, limit])
        }
    }

    /// What counts of a person's records, in any order.
    package func rows(ofTokens tokens: [Data]) throws -> [RecordRow] {
        try pool.read { database in
            try tokens.flatMap { token in
                try Row.fetchAll(
                    database, sql: "SELECT * FROM record WHERE token = ? AND retracted = 0", arguments: [token]
                ).map { try RecordRow($0) }
            }
        }
    }

    /// Every record that names a customer and counts, in the order of their ids, by which they lie, a piece at a time.
    /// - Parameter after: the last one of the piece before.
    package func rowsOfCustomers(after: RecordID?, limit: Int) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM record WHERE token IS NOT NULL AND kind IN (1, 2, 4, 5) AND retracted = 0 AND id > ?
                    ORDER BY id LIMIT ?
                    """,
                arguments: [after?.data ?? Data(), limit]
            ).map { try RecordRow($0) }
        }
    }

    /// Goes through the signs of every record that names a customer and counts, by exact key and then in the order of time.
    package func signs(_ body: (SignRow) throws -> Void) throws {
        try pool.read { database in
            let statement = try BoundStatement(
                database,
                """
                SELECT token, id, occurred, recorded, log, sequence, sign FROM record INDEXED BY record_token
                WHERE token IS NOT NULL AND sign IS NOT NULL AND retracted = 0
                ORDER BY token, occurred, recorded, log, sequence
                """)
            try statement.forEach({ _ in }) { row in
                guard let id = RecordID(bytes: row.data(1)) else {
                    throw StorageError.damaged(path: "views", reason: "a record's row")
                }
                try body(
                    SignRow(
                        token: row.data(0), id: id, occurred: Timestamp(milliseconds: row.integer(2)),
                        recorded: Timestamp(milliseconds: row.integer(3)), log: row.integer(4),
                        sequence: SequenceNumber(UInt64(row.integer(5))), sign: row.integer(6)))
                return true
            }
        }
    }

    /// The profiles that count, in the order of the logs.
    package func profiles() throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT * FROM record WHERE kind = 5 AND token IS NOT NULL AND retracted = 0 ORDER BY log, sequence"
            ).map { try RecordRow($0) }
        }
    }

    /// A site's own records that count, in the order of its logs.
    package func rows(of site: SiteID) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT * FROM record WHERE site = ? AND kind BETWEEN 1 AND 5 AND retracted = 0 ORDER BY log, sequence",
                arguments: [site.text]
            ).map { try RecordRow($0) }
        }
    }

    /// The bounds of all 16-byte names that begin with these hexadecimal digits; nil when they are none.
    static func range(_ prefix: String) -> (Data, Data)? {
        // A name has the same form as a record's id, with or without its hyphens.
        var text = ""
        for (index, digit) in prefix.filter({ $0 != "-" }).enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return RecordID.range(prefix: text).map { ($0.first.data, $0.last.data) }
    }

    static func links(_ database: Database) throws -> [Data: Data] {
        var links: [Data: Data] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT exact, customer FROM customer_link") {
            links[row["exact"]] = row["customer"]
        }
        return links
    }
}

/// What a record says of how a customer stands, with its place in time.
package struct SignRow: Sendable {
    package var token: Data
    package var id: RecordID
    package var occurred: Timestamp
    package var recorded: Timestamp
    package var log: Int64
    package var sequence: SequenceNumber
    package var sign: Int64
}

extension ViewWriter {
    /// Who an exact key belongs to by exact keys alone; nil for a key of no record.
    package func exactCustomer(_ token: Data) throws -> Data? {
        try Data.fetchOne(
            database, sql: "SELECT customer FROM customer_token WHERE token = ?", arguments: [token])
    }

    /// Makes one person of each group of customers by exact keys.
    /// - Returns: whom that made another person, by the names of before and of now; nobody when it changed nothing.
    package func link(_ groups: [[Data]]) throws -> Set<Data> {
        var wanted: [Data: Data] = [:]
        for group in groups where group.count > 1 {
            guard let least = group.min(by: { $0.lexicographicallyPrecedes($1) }) else { continue }
            for exact in group { wanted[exact] = least }
        }
        let links = try Views.links(database)
        guard wanted != links else { return [] }
        try database.execute(sql: "DELETE FROM customer_link")
        for (exact, customer) in wanted.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try database.execute(sql: "INSERT INTO customer_link VALUES (?, ?)", arguments: [exact, customer])
        }
        let changed = Set(wanted.keys).union(links.keys).filter { wanted[$0] != links[$0] }
        return changed.union(changed.flatMap { [wanted[$0], links[$0]].compactMap(\.self) })
    }

    /// The months in which something was written down about customers by exact keys.
    package func months(ofExact customers: Set<Data>) throws -> Set<Month> {
        var months: Set<Month> = []
        for customer in customers {
            for index in try Int64.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT month FROM record
                    WHERE token IN (SELECT token FROM customer_token WHERE customer = ?)
                    """, arguments: [customer])
            {
                months.insert(Month(index: index))
            }
        }
        return months
    }

    /// A person's profiles that count.
    package func profiles(ofToken token: Data) throws -> [RecordRow] { try rows(of: .customer, ofToken: token) }

    /// A person's complaints that count.
    package func complaints(ofToken token: Data) throws -> [RecordID] {
        try rows(of: .complaint, ofToken: token).map(\.id)
    }

    private func rows(of kind: RecordRow.Kind, ofToken token: Data) throws -> [RecordRow] {
        guard let customer = try Views.customer(token, database) else { return [] }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM record WHERE kind = ?2 AND retracted = 0 AND token IN (
                    SELECT token FROM customer_token WHERE customer = ?1
                    OR customer IN (SELECT exact FROM customer_link WHERE customer = ?1))
                """, arguments: [customer, kind.rawValue]
        ).map { try RecordRow($0) }
    }
}
