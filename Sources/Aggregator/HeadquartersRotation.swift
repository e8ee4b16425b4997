import Foundation
import Glibc
import Logging
import Platform
import Records
import Storage
import ZeroMQ

/// Replaces headquarters' keys, the CURVE key and the one that signs, without a visit to any branch.
///
///     one pair ──begin──► two: the old one where sites connect, the new one on a second port; the old one signs, and pins
///        ▲                signed by it name both │ every site keeps them, no code is out
///        └──── the new one where sites connect, and signs ◄──┘
///
/// The file `headquarters.curve.next` says that it is under way; a restart goes on. `headquarters.signing.next` is there before
/// it, and means nothing without it. The old keys are good until the end.
actor HeadquartersRotation {
    /// How it stands.
    struct State: Sendable {
        /// Sites that have not said yet that they keep the new key.
        var waitingSites: [SiteID]
        /// Sites whose codes are out, until when: a code names the old key.
        var waitingCodes: [SiteID: Timestamp]

        var isReady: Bool { waitingSites.isEmpty && waitingCodes.isEmpty }
    }

    private let configuration: AggregatorConfiguration
    private let store: RecordStore
    private let registry: Registry
    private let pins: HeadquartersPins
    private let server: ExchangeServer
    private let enrolment: EnrolmentServer?
    private let own: OwnLog
    private let logger: Logger
    private(set) var current: Pair
    private var next: Pair?

    /// Headquarters' own keys.
    struct Pair: Sendable {
        var curve: CurveKeyPair
        /// Signs receipts, pins, outboxes and headquarters' own log.
        var signing: LogSigningKey
    }

    init(
        _ configuration: AggregatorConfiguration, current: Pair, store: RecordStore, registry: Registry,
        pins: HeadquartersPins, server: ExchangeServer, enrolment: EnrolmentServer?, own: OwnLog, logger: Logger
    ) {
        self.configuration = configuration
        self.current = current
        self.store = store
        self.registry = registry
        self.pins = pins
        self.server = server
        self.enrolment = enrolment
        self.own = own
        self.logger = logger
    }

    private var nextFile: String { configuration.curveKey + ".next" }
    private var nextSigningFile: String { configuration.signingKey + ".next" }

    /// Goes on with what an earlier process began.
    func resume() async throws {
        if access(nextFile, F_OK) == 0 { try await begin() }
    }

    /// Makes the new keys, if there are none yet, serves them and tells the sites. Throws when the second port is taken.
    func begin() async throws {
        guard next == nil else { return }
        guard let listen = configuration.rotationListen else {
            throw RequestFailure("no second port can be told for the new key: set rotation.listen in aggregator.yaml")
        }
        if access(nextFile, F_OK) != 0 {
            // One that lies there was left at the end of the last change, and is in use.
            try KeyFile.replace(nextSigningFile, LogSigningKey().hexadecimal)
            try KeyFile.create(nextFile, CurveKeyPair.generate().secretKey.z85)
        }
        let key = try CurveKeyPair(secretKey: CurveSecretKey(z85: KeyFile.read(nextFile)))
        let signing = try nextSigningKey()
        let bound = try await server.bind(key.secretKey, at: listen)
        next = Pair(curve: key, signing: signing)
        let usual = configuration.endpoints(of: server.endpoint)
        let second = configuration.rotationEndpoints(of: bound, exchange: server.endpoint)
        // The last ones are for who sleeps until all is over.
        try pins.set(
            second.map { ($0, key.publicKey) } + usual.map { ($0, current.curve.publicKey) }
                + usual.map { ($0, key.publicKey) },
            signedBy: current.signing, next: signing.verifyingKey)
        await server.announcePins()
        logger.notice("headquarters' new key is served too", metadata: ["endpoint": "\(bound)"])
    }

    /// A change that an earlier version of the program began has none, and replaces the CURVE key alone.
    private func nextSigningKey() throws -> LogSigningKey {
        guard access(nextSigningFile, F_OK) == 0 else { return current.signing }
        guard let key = LogSigningKey(hexadecimal: try KeyFile.read(nextSigningFile)) else {
            throw KeyFile.Fault(path: nextSigningFile, reason: "it has not 64 hexadecimal digits")
        }
        return key
    }

    /// Nil when nothing is under way.
    func state(at now: Timestamp) throws -> State? {
        guard next != nil else { return nil }
        let serial = pins.serial
        return State(
            waitingSites: registry.sites.filter { !$0.currentKeys.isEmpty && $0.pinsKept < serial }.map(\.id),
            waitingCodes: try store.unusedCodes().filter { $0.value > now })
    }

    /// Ends it when nobody waits any more; `force`: although somebody does, who must then be visited.
    func finish(force: Bool = false, at now: Timestamp) async throws {
        guard let pair = next, let state = try state(at: now), force || state.isReady else { return }
        let curve = pair.curve
        if pair.signing.verifyingKey != current.signing.verifyingKey {
            // In the log before it is in use: whoever verifies a receipt later finds since when it counts.
            let change = try KeyChange(
                of: .headquarters, curveKey: curve.publicKey.bytes, signingKey: pair.signing)
            try await own.sign(with: pair.signing, change, at: now)
            try KeyFile.replace(configuration.signingKey, pair.signing.hexadecimal)
        }
        try KeyFile.replace(configuration.curveKey, curve.secretKey.z85)
        unlink(nextFile)
        unlink(nextSigningFile)
        (current, next) = (pair, nil)
        try pins.set(
            configuration.endpoints(of: server.endpoint).map { ($0, curve.publicKey) }, signedBy: pair.signing)
        await server.sign(with: pair.signing)
        await server.replaceKey(curve.secretKey)
        await enrolment?.replaceKey(curve.secretKey)
        await server.announcePins()
        logger.notice("headquarters' keys are replaced")
    }
}
