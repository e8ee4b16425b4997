/// Why a model gave no vectors. No text is named.
package enum EmbeddingFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers there, or the connection broke.
    case unreachable(EmbeddingEndpoint, reason: String)
    /// No whole answer came in time.
    case slow(EmbeddingEndpoint, seconds: Int)
    /// It answered with a status that is no success.
    case refused(EmbeddingEndpoint, status: Int)
    /// The answer is not what was asked for.
    case unusable(EmbeddingEndpoint, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let endpoint, let reason):
            "no embeddings from \(endpoint): \(reason); is the server running, and is its address right?"
        case .slow(let endpoint, let seconds):
            "no embeddings from \(endpoint) within \(seconds) s; is the server overloaded?"
        case .refused(let endpoint, let status):
            "no embeddings from \(endpoint): HTTP status \(status); see that server's log, and check model and token"
        case .unusable(let endpoint, let reason):
            "no embeddings from \(endpoint): \(reason); it must speak OpenAI's /embeddings"
        }
    }

    /// Whether the server lives and it may be a matter of one text.
    var mayBeOneText: Bool {
        switch self {
        case .refused(_, let status): ![401, 403, 404, 429, 503].contains(status)
        case .unusable: true
        case .unreachable, .slow: false
        }
    }
}
