package import Recurrence

/// What texts mean, from what is kept of a model's answers, and what it must still be asked.
package struct MeaningSource: Sendable {
    private let client: EmbeddingClient
    private let cache: EmbeddingCache

    /// Requests under way at a time.
    private static let inFlight = 2

    package init(client: EmbeddingClient, cache: EmbeddingCache) {
        self.client = client
        self.cache = cache
    }

    package var endpoint: EmbeddingEndpoint { client.endpoint }

    package func close() throws { try cache.close() }

    /// What is known, and what is not.
    package struct Found: Sendable {
        package var meanings: TextMeanings
        /// What the model must still be asked, the earliest texts first; at most as many as were wanted.
        package var missing: [Question] = []
        /// How many there are of them in all.
        package var missingCount = 0
    }

    /// One text that the model is asked about.
    package struct Question: Sendable, Hashable {
        var key: [UInt8]
        var gist: String
    }

    /// Looks the texts up.
    /// - Parameters:
    ///   - limit: how many questions are handed out.
    ///   - isComplete: these are all texts that there are; what belongs to none of them is forgotten.
    package func find(_ texts: [IssueText], limit: Int = .max, isComplete: Bool = false) throws -> Found {
        let background = MeaningBackground.sentences.map { Question(key: endpoint.key($0), gist: $0) }
        let questions = texts.map { text in
            let gist = text.gist
            return Question(key: gist.isEmpty ? [] : endpoint.key(gist), gist: gist)
        }
        let known = try cache.vectors(background.map(\.key) + questions.map(\.key))
        let base = background.compactMap { known[$0.key] }
        var found = Found(meanings: .none)
        var seen: Set<[UInt8]> = [[]]
        for question in background + questions where known[question.key] == nil && seen.insert(question.key).inserted {
            found.missingCount += 1
            if found.missing.count < limit { found.missing.append(question) }
        }
        if isComplete {
            let wanted = Set(questions.map(\.key)).union(background.map(\.key))
            if try cache.count > known.count { try cache.forget(allBut: wanted) }
        }
        // Likeness is told against the background: without all of it, nothing is.
        guard base.count == background.count else { return found }
        found.meanings = TextMeanings(background: base)
        for (text, question) in zip(texts, questions) {
            if let vector = known[question.key] { found.meanings.add(vector, of: text.id) }
        }
        return found
    }

    /// What came of asking.
    package struct Outcome: Sendable {
        package var known: Set<Question> = []
        /// Questions that the model refuses one by one, while it answers others.
        package var refused: Set<Question> = []
        /// Why the rest was not asked; nil when all was.
        package var failure: EmbeddingFailure?
    }

    /// Asks the model, some texts at a time, and keeps the answers as they come. Stops at the first failure.
    /// - Parameter progress: called with how many were answered so far.
    package func ask(_ questions: [Question], progress: @Sendable (Int) -> Void = { _ in }) async throws -> Outcome {
        var batches = stride(from: 0, to: questions.count, by: EmbeddingClient.batch).map {
            Array(questions[$0..<min($0 + EmbeddingClient.batch, questions.count)])
        }[...]
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            var outcome = Outcome()
            for _ in 0..<Self.inFlight {
                if let batch = batches.popFirst() { group.addTask { try await answer(batch) } }
            }
            while let part = try await group.next() {
                outcome.known.formUnion(part.known)
                outcome.refused.formUnion(part.refused)
                outcome.failure = outcome.failure ?? part.failure
                progress(outcome.known.count)
                guard outcome.failure == nil, !Task.isCancelled, let batch = batches.popFirst() else { continue }
                group.addTask { try await answer(batch) }
            }
            return outcome
        }
    }

    private func answer(_ batch: [Question]) async throws -> Outcome {
        do {
            let vectors = try await client.vectors(of: batch.map(\.gist))
            try cache.keep(zip(batch, vectors).map { ($0.key, $1) })
            return Outcome(known: Set(batch))
        } catch let failure as EmbeddingFailure {
            guard batch.count > 1, failure.mayBeOneText else { return Outcome(failure: failure) }
            return try await answerSingly(batch, after: failure)
        }
    }

    /// One text may spoil the answer for all of a batch. Where each is refused, it is the server.
    private func answerSingly(_ batch: [Question], after failure: EmbeddingFailure) async throws -> Outcome {
        var outcome = Outcome()
        for (place, question) in batch.enumerated() {
            let part = try await answer([question])
            outcome.known.formUnion(part.known)
            guard let refusal = part.failure else { continue }
            guard refusal.mayBeOneText else {
                outcome.failure = refusal
                return outcome
            }
            outcome.refused.insert(question)
            if outcome.known.isEmpty, place + 1 >= min(batch.count, Self.enoughRefused) {
                return Outcome(failure: failure)
            }
        }
        return outcome
    }

    /// After so many in a row nobody thinks of single texts any more.
    private static let enoughRefused = 4
}
