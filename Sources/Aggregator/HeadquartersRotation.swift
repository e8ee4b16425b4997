import Foundation
import Glibc
import Logging
import Platform
import Records
import Storage
import ZeroMQ

/// Replaces headquarters' CURVE key without a visit to any branch.
///
///     one key ──begin──► two: the old one where sites connect, the new one on a second port; sites are told of both
///        ▲                                                        │ every site keeps them, no code is out
///        └──────────────── the new one where sites connect ◄──────┘
///
/// The file `headquarters.curve.next` says that it is under way; a restart goes on. The old key is good until the end.
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
    private let logger: Logger
    private(set) var current: CurveKeyPair
    private var next: CurveKeyPair?

    init(
        _ configuration: AggregatorConfiguration, current: CurveKeyPair, store: RecordStore, registry: Registry,
        pins: HeadquartersPins, server: ExchangeServer, enrolment: EnrolmentServer?, logger: Logger
    ) {
        self.configuration = configuration
        self.current = current
        self.store = store
        self.registry = registry
        self.pins = pins
        self.server = server
        self.enrolment = enrolment
        self.logger = logger
    }

    private var nextFile: String { configuration.curveKey + ".next" }

    /// Goes on with what an earlier process began.
    func resume() async throws {
        if access(nextFile, F_OK) == 0 { try await begin() }
    }

    /// Makes the new key, if there is none yet, serves it and tells the sites. Throws when the second port is taken.
    func begin() async throws {
        guard next == nil else { return }
        guard let listen = configuration.rotationListen else {
            throw RequestFailure("no second port can be told for the new key: set rotation.listen in aggregator.yaml")
        }
        if access(nextFile, F_OK) != 0 { try KeyFile.create(nextFile, CurveKeyPair.generate().secretKey.z85) }
        let key = try CurveKeyPair(secretKey: CurveSecretKey(z85: KeyFile.read(nextFile)))
        let bound = try await server.bind(key.secretKey, at: listen)
        next = key
        let usual = configuration.endpoints(of: server.endpoint)
        let second = configuration.rotationEndpoints(of: bound, exchange: server.endpoint)
        // The last ones are for who sleeps until all is over.
        try pins.set(
            second.map { ($0, key.publicKey) } + usual.map { ($0, current.publicKey) }
                + usual.map { ($0, key.publicKey) })
        await server.announcePins()
        logger.notice("headquarters' new key is served too", metadata: ["endpoint": "\(bound)"])
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
        guard let key = next, let state = try state(at: now), force || state.isReady else { return }
        try KeyFile.replace(configuration.curveKey, key.secretKey.z85)
        unlink(nextFile)
        (current, next) = (key, nil)
        try pins.set(configuration.endpoints(of: server.endpoint).map { ($0, key.publicKey) })
        await server.replaceKey(key.secretKey)
        await enrolment?.replaceKey(key.secretKey)
        await server.announcePins()
        logger.notice("headquarters' key is replaced")
    }
}
