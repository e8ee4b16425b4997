internal import Synchronization

/// The ZAP handler of a context: decides which CURVE keys are let in, and as whom.
///
/// Make it before any CURVE server of the context binds, then let `selfTest` prove that it refuses. It answers on a
/// thread of its own, so a busy data path delays no handshake. Everything that is not clearly allowed is refused.
/// It lives until `close()`. A decision holds for a new connection only: a key that is revoked keeps its open one, so look at each message too.
public final class Authenticator: Sendable {
    /// What the lookup says about a key.
    public enum Decision: Sendable, Equatable {
        /// Let in. Every frame received from the peer carries `userID` (1 to 255 bytes, no NUL).
        case allow(userID: String)
        /// Refused: the peer's session ends.
        case deny
    }

    /// How many requests were answered how, since the start.
    public struct Counts: Sendable, Equatable {
        /// Keys let in.
        public var accepted = 0
        /// Keys that the lookup refused.
        public var denied = 0
        /// Requests that were none, or that could not be decided; refused.
        public var malformed = 0
    }

    /// Says whether a key may enter a domain, from an address (without its port). Called on the authenticator's thread,
    /// one request at a time; a slow one delays other handshakes, and one slower than `handshakeInterval` fails them.
    public typealias Lookup = @Sendable (_ key: CurvePublicKey, _ domain: String, _ address: String) -> Decision

    /// Where libzmq looks for the handler: one for each context.
    static let endpoint = "inproc://zeromq.zap.01"

    /// A key that the self-test lets in while it runs.
    struct TestKey {
        let key: CurvePublicKey
        let domain: String
        let userID: String
    }

    struct State {
        var counts = Counts()
        var testKey: TestKey?
    }

    let context: Context
    let state = Mutex(State())
    private let thread: SocketThread
    private let lookup: Lookup
    // Made in init, then used on the thread only.
    private nonisolated(unsafe) let socket: Socket

    /// Binds the handler; when this returns, CURVE servers may bind.
    ///
    /// - Throws: `EADDRINUSE` if the context has a handler already, or what kept the thread from starting.
    public init(_ context: Context, lookup: @escaping Lookup) throws(ZeroMQError) {
        self.context = context
        self.lookup = lookup
        var options = Socket.Options()
        // An answer for a handshake that was given up has no receiver. That is no error.
        options.routerMandatory = false
        socket = try Socket(context, .router, options: options)
        try socket.bind(to: Self.endpoint)
        thread = try SocketThread(name: "zap")
        thread.perform { [self] in
            thread.register(socket) { self.answerRequests() }
        }
    }

    /// Stops answering; from now on every new peer of a CURVE server in this context is refused. Close the servers first.
    public func close() {
        thread.perform { [self] in
            // libzmq forgets the name of a closed socket a little later; a peer that came in between would hang until
            // its handshake is given up. It fails only if the socket is closed already.
            try? socket.unbind(Self.endpoint)
            socket.close()
        }
        thread.stop()
    }

    /// How many requests were answered how.
    public var counts: Counts { state.withLock { $0.counts } }

    private func answerRequests() {
        // A failure here is one of a live inproc socket; the peer gets no answer, so it is not let in.
        _ = try? socket.receiveAll { message in
            guard let answer = answer(message) else { return }
            _ = try? socket.send(answer)
        }
    }

    /// The answer to one request; `nil` if there is nobody to give it to.
    func answer(_ message: Multipart) -> Multipart? {
        do {
            let request = try ZAPRequest(message)
            return decide(request).message(to: request.sender)
        } catch {
            state.withLock { $0.counts.malformed += 1 }
            return error.sender.map { ZAPReply.refuse(error.status, error.text).message(to: $0) }
        }
    }

    private func decide(_ request: ZAPRequest) -> ZAPReply {
        let reply: ZAPReply
        switch testDecision(request) ?? lookup(request.key, request.domain, request.address) {
        case .allow(let userID): reply = .allow(userID)
        case .deny: reply = .refuse(.denied, "unknown key")
        }
        state.withLock { state in
            switch reply.status {
            case .allowed: state.counts.accepted += 1
            case .denied: state.counts.denied += 1
            case .internalError: state.counts.malformed += 1
            }
        }
        return reply
    }

    private func testDecision(_ request: ZAPRequest) -> Decision? {
        state.withLock { state in
            guard let test = state.testKey, test.key == request.key, test.domain == request.domain else { return nil }
            return .allow(userID: test.userID)
        }
    }
}
