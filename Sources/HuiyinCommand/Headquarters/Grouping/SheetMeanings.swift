import Embeddings
import Foundation
import Recurrence

/// What the texts of a sheet mean, by a model that is asked once about each: its answers are kept in a file beside the result.
struct SheetMeanings {
    /// What is known now.
    let meanings: TextMeanings
    /// Texts whose meaning is not known.
    let missing: Int
    /// Why it is not.
    let failure: String?

    /// Where the answers are kept.
    static func cachePath(output: String) -> String { output + ".embeddings" }

    /// Asks about what is not known yet. A model that is away keeps nothing back: words alone are compared then.
    /// - Parameter progress: called with the part that was answered, 0 to 1.
    init(
        _ texts: [IssueText], endpoint: EmbeddingEndpoint, cache path: String, progress: @Sendable (Double) -> Void
    ) async throws {
        let cache = try EmbeddingCache(path)
        defer { try? cache.close() }  // What was answered is in it.
        let source = MeaningSource(client: EmbeddingClient(endpoint), cache: cache)
        let asked = try source.find(texts)
        guard !asked.missing.isEmpty else {
            (meanings, missing, failure) = (asked.meanings, 0, nil)
            return
        }
        let outcome = try await source.ask(asked.missing) { progress(Double($0) / Double(asked.missing.count)) }
        let found = try source.find(texts)
        (meanings, missing, failure) = (found.meanings, found.missingCount, outcome.failure.map { "\($0)" })
    }
}
