import Foundation
import Handbooks
import Records
import Search
import Storage

/// Looking for words. Whoever may only read is refused: what a search finds tells what customers said, word by word.
extension Administration {
    func search(_ request: SearchRequest, by administrator: Administrator) async throws -> SearchAnswer {
        let query = try searchQuery(request.words, by: administrator)
        let zone = await fold.handbook.zone
        let wanted = try WordSearch(request, query, in: zone)
        try await fold.searchable()
        return try fold.search(
            query, wanted, limit: Fold.bounded(request.limit), Language(named: request.language), in: zone)
    }

    /// The complaints or issues with whose records the words are found.
    func subjects(
        _ subject: Fold.SearchSubject, of words: String, by administrator: Administrator
    ) async throws -> [RecordID] {
        let query = try searchQuery(words, by: administrator)
        try await fold.searchable()
        return try fold.subjects(subject, of: query)
    }

    private func searchQuery(_ words: String, by administrator: Administrator) throws -> SearchQuery {
        guard administrator.seesWords else {
            throw RequestFailure(
                "administrator \(administrator.name) may read only; searching what customers said needs full rights")
        }
        do {
            return try SearchQuery(words)
        } catch {
            throw RequestFailure("\(error)")
        }
    }
}

extension WordSearch {
    init(_ request: SearchRequest, _ query: SearchQuery, in zone: TimeZoneRules) throws {
        self.init(expression: query.expression, site: request.site)
        if let name = request.kind {
            kinds = RecordRow.Kind.allCases.filter { $0.searched?.rawValue == name }
            guard kinds != [] else {
                let known = SearchRequest.kinds.map(\.rawValue).joined(separator: ", ")
                throw RequestFailure("no kind \(name) is searched; there is \(known)")
            }
        }
        if let text = request.month {
            guard let month = Month(text) else { throw RequestFailure("\(text) is not a month such as 2026-10") }
            let range = month.range(in: zone)
            (since, until) = (range.lowerBound, range.upperBound)
        }
        if let text = request.since { since = try Self.moment(text, zone) }
        if let text = request.until {
            let moment = try Self.moment(text, zone)
            // A day is meant with all of its hours.
            until = text.contains(where: { ":：".contains($0) }) ? moment + .milliseconds(1) : moment + .days(1)
        }
    }

    private static func moment(_ text: String, _ zone: TimeZoneRules) throws -> Timestamp {
        guard let moment = Timestamp(text, in: zone) else {
            throw RequestFailure("\(text) is neither a day such as 2026-10-01 nor a time such as 2026-10-01T08:00")
        }
        return moment
    }
}
