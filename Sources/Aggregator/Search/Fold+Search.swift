import Digests
import Foundation
import GRDB
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Rules
import Search
import Storage

/// Looking for words in what is searchable: see `searchable`.
extension Fold {
    /// Characters of a snippet.
    private static let snippet = 120
    /// Greatest length of a field that is shown a part of, in characters.
    private static let longestField = 4000

    /// The records in which the words occur, the latest first, as far as `wanted` has them.
    nonisolated func search(
        _ query: SearchQuery, _ wanted: WordSearch, limit: Int, _ language: Language, in zone: TimeZoneRules
    ) throws -> SearchAnswer {
        try views.pool.read { database in
            var answer = SearchAnswer(hits: [], hasMore: false)
            try Views.forEachFound(wanted, database) { row, words in
                guard query.matches(SearchText(normalised: words)), let record = try record(row),
                    let hit = try hit(row, record, query, language, zone, database)
                else { return true }
                guard answer.hits.count < limit else {
                    answer.hasMore = true
                    return false
                }
                answer.hits.append(hit)
                return true
            }
            return answer
        }
    }

    /// What records in which words occur belong to.
    enum SearchSubject: Sendable { case complaint, issue }

    /// The complaints or issues to which records belong in which the words occur, those of the latest first; each once, and at
    /// most `mostCases`.
    nonisolated func subjects(_ subject: SearchSubject, of query: SearchQuery) throws -> [RecordID] {
        try views.pool.read { database in
            var (found, known): ([RecordID], Set<RecordID>) = ([], [])
            try Views.forEachFound(WordSearch(expression: query.expression), database) { row, words in
                guard query.matches(SearchText(normalised: words)) else { return true }
                let id =
                    switch subject {
                    case .complaint: row.caseID
                    case .issue: try record(row).flatMap { try issue(of: $0, database) }
                    }
                if let id, known.insert(id).inserted { found.append(id) }
                return found.count < Self.mostCases
            }
            return found
        }
    }

    /// Nil when its words were erased since they were found.
    private nonisolated func hit(
        _ row: RecordRow, _ record: Record, _ query: SearchQuery, _ language: Language, _ zone: TimeZoneRules,
        _ database: Database
    ) throws -> SearchHit? {
        let fields = record.words.map { CustomerText.presentable($0, limit: Self.longestField) }
        guard let kind = row.kind.searched, let snippet = SearchSnippet(fields, query, limit: Self.snippet) else {
            return nil
        }
        return SearchHit(
            record: row.id, kind: kind.rawValue, kindText: kind.term[language], site: row.site,
            at: row.occurred.text(in: zone), complaint: row.caseID, issue: try issue(of: record, database),
            snippet: snippet.text, marks: snippet.hits.map { [$0.lowerBound, $0.upperBound] })
    }

    private nonisolated func issue(of record: Record, _ database: Database) throws -> RecordID? {
        let texts = SourcedText.texts(of: record).map(\.text.id)
        return try Views.issue(ofTexts: texts.isEmpty ? [record.caseID].compactMap(\.self) : texts, database)
    }
}
