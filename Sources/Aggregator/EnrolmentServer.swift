import Crypto
import Foundation
package import Logging
import Platform
package import Records
import Replication
package import Storage
package import ZeroMQ

/// Where strangers are heard: a ROUTER with a CURVE domain of its own, in a context and on a thread of its own, so that a crowd
/// of them delays no site. It answers ENROL and nothing else.
///
/// A stranger's key is let in here without being known, as often as the limits allow; whatever it does not prove by a one-time
/// code stays outside.
package actor EnrolmentServer {
    /// The CURVE domain; enforced, so that a missing handler lets nobody in.
    static let domain = "huiyin-enrolment"
    /// Handshakes of one address.
    static let handshakes = RateLimit.Rate(burst: 30, refill: .seconds(1))
    /// Codes that one address may present.
    static let attempts = RateLimit.Rate(burst: 10, refill: .seconds(6))
    /// The same of all addresses together: a secret has 128 bits, so this bounds work, not guesses.
    static let allAttempts = RateLimit.Rate(burst: 200, refill: .milliseconds(50))
    /// An ENROL is far smaller.
    static let greatestMessage = 4096

    /// What a site is told when its code is good.
    package struct Welcome: Sendable {
        package var organisationKey: [UInt8]
        /// How headquarters is reached, now.
        package var pins: @Sendable () throws -> SignedPins

        package init(organisationKey: [UInt8], pins: @escaping @Sendable () throws -> SignedPins) {
            self.organisationKey = organisationKey
            self.pins = pins
        }
    }

    private let thread: SocketThread
    private let context: Context
    private let router: Socket
    private let authenticator: Authenticator
    private let store: RecordStore
    private let registry: Registry
    private let welcome: Welcome
    private let logger: Logger
    private var perAddress = RateLimit(attempts)
    private var all = RateLimit(allAttempts)
    package nonisolated let endpoint: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Binds the endpoint. Throws when the port is taken.
    package init(
        endpoint: String, keys: CurveKeyPair, store: RecordStore, registry: Registry, welcome: Welcome, logger: Logger
    ) throws {
        thread = try SocketThread(name: "enrolment")
        do {
            context = try Context(maxSockets: 16)
            let handshakes = Handshakes()
            authenticator = try Authenticator(context) { key, _, address in handshakes.decide(key, address) }
            var options = Socket.Options()
            options.security = .curveServer(keys.secretKey, zapDomain: Self.domain)
            options.maxMessageSize = Self.greatestMessage
            options.receiveHighWaterMark = 4
            options.sendHighWaterMark = 4
            options.handshakeInterval = .seconds(5)
            router = try Socket(context, .router, options: options)
            do {
                self.endpoint = try router.bind(to: endpoint)
            } catch {
                router.close()
                authenticator.close()
                throw error
            }
        } catch {
            thread.stop()
            throw error
        }
        self.store = store
        self.registry = registry
        self.welcome = welcome
        self.logger = logger
    }

    package func start() { thread.register(router) { [weak self] in self?.assumeIsolated { $0.receive() } } }

    package func stop() { router.close() }

    /// Serves another key: codes that name the old one are void.
    func replaceKey(_ key: CurveSecretKey) {
        do { try router.unbind(endpoint) } catch { logger.error("unbinding", metadata: ["error": "\(error)"]) }
        rebind(key, attempts: 200)
    }

    /// The port is free a moment after it was given back.
    private func rebind(_ key: CurveSecretKey, attempts: Int) {
        do {
            try router.bind(to: endpoint, security: .curveServer(key, zapDomain: Self.domain))
        } catch {
            guard attempts > 0 else {
                return logger.error("strangers are heard no more", metadata: ["error": "\(error)"])
            }
            thread.schedule(after: .milliseconds(50)) { [weak self] in
                self?.assumeIsolated { $0.rebind(key, attempts: attempts - 1) }
            }
        }
    }

    /// Ends the threads; after `stop`, from another thread.
    package nonisolated func join() {
        thread.stop()
        authenticator.close()
        try? context.close()  // every socket is closed by now, so that the only error cannot occur
    }

    private func receive() {
        do {
            try router.receiveAll { message in
                guard message.frames.count == 2, let answer = answer(message.frames[1]) else { return }
                var exchange = Exchange()
                exchange.enrolled = answer
                // A stranger that takes no answer may ask again.
                _ = try? router.send(message.frames[0], Message(exchange.frame()))
            }
        } catch {
            logger.error("receiving from strangers", metadata: ["error": "\(error)"])
        }
    }

    /// Nil for what deserves no answer.
    private func answer(_ frame: Message) -> Exchange.Enrolled? {
        guard let peer = frame.userID.flatMap({ Stranger(userID: $0) }) else { return nil }
        let now = SystemClock.moment
        guard all.admits("", at: now.uptime), perAddress.admits(peer.address, at: now.uptime) else {
            return .refused(.overload)
        }
        let exchange = try? frame.withUnsafeBytes { bytes throws(MalformedMessage) in try Exchange(frame: bytes) }
        // Whatever else was sent is no ENROL.
        guard case .enrol(let enrol)? = exchange?.body else { return .refused(.malformed) }
        let answer = enrolled(enrol, peer, now.wall)
        logger.notice(
            answer.refusal == .unspecified ? "a site enrolled" : "an enrolment was refused",
            metadata: [
                "site": "\(answer.site)", "from": "\(peer.address)",
                "reason": "\(answer.refusal == .unspecified ? "" : "\(answer.refusal)")",
            ])
        return answer
    }

    private func enrolled(_ enrol: Exchange.Enrol, _ peer: Stranger, _ now: Timestamp) -> Exchange.Enrolled {
        guard let site = try? SiteID(enrol.site), enrol.secret.count == EnrolmentCode.secretLength,
            let signingKey = LogVerifyingKey(bytes: enrol.signingKey)
        else { return .refused(.malformed) }
        let binding = KeyBinding.enrolment(
            of: site, curveKey: peer.key.bytes, signingKey: signingKey, secret: enrol.secret)
        guard binding.isProved(by: enrol.proof) else { return .refused(.malformed) }
        do {
            let keys = IssuedCode.Use(curveKey: peer.key.z85, signingKey: signingKey.hexadecimal)
            let digest = Data(SHA256.hash(data: enrol.secret))
            switch try store.enrol(site, secretDigest: digest, keys: keys, at: now) {
            case .refuse(let refusal): return .refused(refusal)
            case .register, .repeated:
                try registry.load(from: store)
                return try welcome(site)
            }
        } catch {
            logger.error("enrolling", metadata: ["site": "\(site)", "error": "\(error)"])
            return .refused(.overload)
        }
    }

    private func welcome(_ site: SiteID) throws -> Exchange.Enrolled {
        guard let registered = try store.sites().first(where: { $0.id == site }) else { return .refused(.unknown) }
        var answer = Exchange.Enrolled()
        answer.site = site.text
        answer.name = registered.name
        answer.timeZone = registered.zone.name
        answer.organisationKey = Data(welcome.organisationKey)
        answer.pins = try welcome.pins()
        return answer
    }
}

extension Exchange.Enrolled {
    fileprivate static func refused(_ refusal: Refusal) -> Exchange.Enrolled {
        var answer = Exchange.Enrolled()
        answer.refusal = refusal
        return answer
    }
}

/// Who speaks: the connection's key, and the address that its handshake came from.
struct Stranger {
    var key: CurvePublicKey
    var address: String

    init(key: CurvePublicKey, address: String) {
        self.key = key
        self.address = address
    }

    /// As every frame carries it.
    init?(userID: String) {
        let parts = userID.split(separator: " ", maxSplits: 1)
        // Written below: a key, a space, an address.
        guard parts.count == 2, let key = try? CurvePublicKey(z85: String(parts[0])) else { return nil }
        self.init(key: key, address: String(parts[1]))
    }

    var userID: String { "\(key.z85) \(address)" }
}
