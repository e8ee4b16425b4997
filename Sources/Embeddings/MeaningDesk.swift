package import Logging
import Platform
import Records
package import Recurrence
import Synchronization

/// Keeps asking a model what headquarters' texts mean, beside everything else. Nobody waits for it: until it has answered,
/// words alone are compared.
package final class MeaningDesk: Sendable {
    /// How it stands. Keys are part of `status`.
    package struct Status: Codable, Sendable, Hashable {
        package var endpoint: String
        /// "ready", "asking" or "away".
        package var state: String
        /// Why it is away, and since when.
        package var reason: String?
        package var since: String?
        /// Texts whose meaning is not known yet.
        package var missing: Int
        /// Texts that the model refuses, one by one.
        package var refused: Int
    }

    private struct State {
        var pending: [MeaningSource.Question] = []
        var isAsking = false
        var missing = 0
        var refused: Set<MeaningSource.Question> = []
        var away: (failure: String, since: Timestamp)?
    }

    private let source: MeaningSource
    private let logger: Logger
    /// How long it rests after the first failure, and after many.
    private let rest: (least: Duration, most: Duration)
    private let state = Mutex(State())
    private let (calls, caller) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Questions that are asked between two groupings at the most.
    private static let round = 4096

    package init(
        _ source: MeaningSource, logger: Logger,
        rest: (least: Duration, most: Duration) = (.seconds(1), .seconds(300))
    ) {
        self.source = source
        self.logger = logger
        self.rest = rest
    }

    /// What is known of these texts, which are all that there are. What is not is asked from now on.
    package func meanings(of texts: [IssueText]) throws -> TextMeanings {
        let refused = state.withLock { $0.refused }
        let found = try source.find(texts, limit: Self.round + refused.count, isComplete: true)
        let mustCall = state.withLock { state in
            state.missing = max(0, found.missingCount - state.refused.count)
            guard !state.isAsking else { return false }
            state.pending = Array(found.missing.filter { !state.refused.contains($0) }.prefix(Self.round))
            return !state.pending.isEmpty
        }
        if mustCall { caller.yield() }
        return found.meanings
    }

    package var status: Status {
        state.withLock { state in
            Status(
                endpoint: "\(source.endpoint)",
                state: state.away != nil ? "away" : state.pending.isEmpty && !state.isAsking ? "ready" : "asking",
                reason: state.away?.failure, since: state.away?.since.rfc3339, missing: state.missing,
                refused: state.refused.count)
        }
    }

    /// After `run`.
    package func close() throws { try source.close() }

    /// Asks until the task is cancelled.
    /// - Parameter onNews: called when more is known than before: group anew.
    package func run(onNews: @Sendable () -> Void) async {
        for await _ in calls {
            var pause = rest.least
            while !Task.isCancelled, await !askPending(onNews) {
                try? await Task.sleep(for: pause)  // ends early only when cancelled
                pause = min(pause * 2, rest.most)
            }
        }
    }

    /// True when there is nothing more to be asked now.
    private func askPending(_ onNews: @Sendable () -> Void) async -> Bool {
        let questions = state.withLock { state in
            state.isAsking = !state.pending.isEmpty
            return state.pending
        }
        guard !questions.isEmpty else { return true }
        var outcome = MeaningSource.Outcome()
        var failure: String?
        do {
            outcome = try await source.ask(questions)
            failure = outcome.failure.map { "\($0)" }
        } catch {
            failure = "\(error)"
        }
        let left =
            failure == nil ? [] : questions.filter { !outcome.known.contains($0) && !outcome.refused.contains($0) }
        let wasAway = state.withLock { state in
            defer { state.away = failure.map { ($0, state.away?.since ?? SystemClock.wall) } }
            state.isAsking = false
            state.pending = left
            state.refused.formUnion(outcome.refused)
            state.missing = max(0, state.missing - outcome.known.count - outcome.refused.count)
            return state.away != nil
        }
        if let failure, !wasAway {
            logger.warning("embeddings are away; words alone go on", metadata: ["error": "\(failure)"])
        } else if failure == nil, wasAway {
            logger.notice("embeddings are back")
        }
        if !outcome.known.isEmpty { onNews() }
        return failure == nil
    }
}
