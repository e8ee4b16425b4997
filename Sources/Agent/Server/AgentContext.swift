import Hummingbird
import HummingbirdCore
import NIOHTTP1
import Logging
import NIOCore

/// What is known of a request beside itself.
struct AgentContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who authenticated; set by the gate before any route is reached.
    var user: AgentUser?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// The user, or a refusal when there is none or they lack the right.
    func user(may right: KeyPath<AgentUser.Role, Bool>? = nil) throws(Refusal) -> AgentUser {
        guard let user else { throw Refusal(.unauthorized, "no_token", "nobody authenticated") }
        if let right, !user.role[keyPath: right] {
            throw Refusal(.forbidden, "not_allowed", "\(user.name) is \(user.role.rawValue), which has not that right")
        }
        return user
    }
}

/// Lets a request through when its Host, its Origin and its sender are right, and puts every refusal into JSON.
struct Gate: RouterMiddleware {
    let authenticator: Authenticator

    func handle(
        _ request: Request, context: AgentContext, next: (Request, AgentContext) async throws -> Response
    ) async throws -> Response {
        do {
            var context = context
            context.user = try authenticate(request)
            return try await next(request, context)
        } catch let refusal as Refusal {
            return refusal.response
        } catch let error as HTTPError {
            let known = error.status == .notFound ? "there is no such thing here; see Protocol/http.yaml" : error.body
            return Refusal(error.status, "http", known ?? error.status.reasonPhrase).response
        } catch let error as HTTPParserError {
            throw error
        } catch is CancellationError {
            return Refusal(.serviceUnavailable, "stopping", "the agent is stopping; try again").response
        } catch {
            context.logger.error("answering a request", metadata: ["error": "\(error)"])
            return Refusal(.internalServerError, "internal", "the agent failed; its log says why").response
        }
    }

    private func authenticate(_ request: Request) throws(Refusal) -> AgentUser? {
        guard let peer = ConnectionPeer.current else { return nil }
        let (host, origin) = (request.head.authority, request.headers[.origin])
        switch peer {
        case .unixSocket(let uid):
            try authenticator.checkOrigin(host: host, origin: origin, port: nil)
            return try authenticator.user(peer: uid)
        case .tcp(let port):
            try authenticator.checkOrigin(host: host, origin: origin, port: port)
            // A health check has nothing to hide and nothing to send.
            if request.uri.path == "/healthz", request.headers[.authorization] == nil { return nil }
            return try authenticator.user(authorization: request.headers[.authorization])
        }
    }
}
