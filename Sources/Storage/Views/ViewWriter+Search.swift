import Foundation
import GRDB
package import Records

/// The words of records, to be searched.
///
/// The index keeps no text: what is taken out of it has to be told term by term, as it was put in. So what the terms follow from
/// stands beside it, whatever becomes of the record.
extension ViewWriter {
    /// Adds a record's words, unless those of its place are there. False when they are.
    package func addWords(_ words: String, terms: [String], of id: RecordID, at place: RecordRow.Place) throws -> Bool {
        guard let number = place.number else { return true }
        let text = try BoundStatement(database, "INSERT OR IGNORE INTO searched_text VALUES (?, ?, ?)")
        let isNew = try text.run { bind in
            bind.bind(number)
            bind.bind(id.data)
            bind.bind(words)
        }
        guard isNew == 1 else { return false }
        let index = try BoundStatement(database, "INSERT INTO term (rowid, terms) VALUES (?, ?)")
        try index.run { bind in
            bind.bind(number)
            bind.bind(terms.joined(separator: " "))
        }
        return true
    }

    /// The words that stand under a place; nil when there are none.
    package func words(at place: RecordRow.Place) throws -> String? {
        guard let number = place.number else { return nil }
        return try String.fetchOne(
            database, sql: "SELECT words FROM searched_text WHERE place = ?", arguments: [number])
    }

    /// Takes out the words of a place.
    /// - Parameter terms: those of `words(at:)`.
    package func removeWords(at place: RecordRow.Place, terms: [String]) throws {
        guard let number = place.number else { return }
        try database.execute(
            sql: "INSERT INTO term (term, rowid, terms) VALUES ('delete', ?, ?)",
            arguments: [number, terms.joined(separator: " ")])
        try database.execute(sql: "DELETE FROM searched_text WHERE place = ?", arguments: [number])
    }

    package func noteSearched(_ log: Int64, upTo end: SequenceNumber) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO searched VALUES (?, ?)", arguments: [log, Int64(end.value)])
    }

    /// How far each log can be searched.
    package func searched() throws -> [Int64: SequenceNumber] { try Views.searched(database) }

    /// Terms were taken out that must be in no page of the file any more: see `scrub`.
    package func noteUnscrubbed() throws {
        try database.execute(sql: "INSERT OR IGNORE INTO unscrubbed VALUES ('erased')")
    }

    /// Merges the whole index, so that nothing is left of what was taken out of it. False when there was no need.
    package func scrub() throws -> Bool {
        guard try Views.isUnscrubbed(database) else { return false }
        try database.execute(sql: "INSERT INTO term (term) VALUES ('optimize')")
        try database.execute(sql: "DELETE FROM unscrubbed")
        return true
    }
}

extension RecordRow.Place {
    /// One number for log and sequence number, in the order of both; nil beyond a trillion entries of a log, which no site
    /// writes.
    package var number: Int64? {
        guard sequence.value < 1 << 40, (0..<(1 << 22)).contains(log) else { return nil }
        return log << 40 | Int64(sequence.value)
    }
}
