import Foundation
package import Logging
package import Records
import Replication
import ServiceLifecycle
import Storage
import SwiftProtobuf

/// Looks after keys: replaces the site's own when headquarters, a person or the schedule asks for it, and keeps what
/// headquarters says of its own.
package struct KeyKeeper: Service {
    /// How often it looks whether a change is settled.
    private static let pause: Duration = .milliseconds(500)

    package let rotation: KeyRotation
    private let pins: PinFile
    private let configured: AgentConfiguration.Headquarters
    private let replicator: Replicator
    /// Keys are replaced when they are older; nil for never.
    private let greatestAge: Duration?
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let news: AsyncStream<Exchange.Keys>
    private let newsInput: AsyncStream<Exchange.Keys>.Continuation

    /// - Parameters:
    ///   - configured: the ways that people wrote down.
    ///   - greatestAge: keys are replaced when they are older; nil for never.
    package init(
        _ rotation: KeyRotation, pins: PinFile, configured: AgentConfiguration.Headquarters, replicator: Replicator,
        greatestAge: Duration?, logger: Logger, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.rotation = rotation
        self.pins = pins
        self.configured = configured
        self.replicator = replicator
        self.greatestAge = greatestAge
        self.logger = logger
        self.clock = clock
        // The newest pins and the last wish are what counts.
        (news, newsInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8))
    }

    package func run() async throws {
        await replicator.onKeys { [newsInput] in newsInput.yield($0) }
        if let known = try? pins.read() {  // an unreadable file was refused at the start
            await attempt("telling which pins are kept") {
                await replicator.use(try pins.ways(besides: configured), pins: known)
            }
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await keys in news { await take(keys) } }
                group.addTask { await settle() }
            }
        }
    }

    private func settle() async {
        while !Task.isCancelled {
            await attempt("taking new keys into use") {
                try await rotation.settle()
                if let greatestAge, let since = await rotation.keysSince, clock() - since > greatestAge {
                    try await rotation.begin()
                }
            }
            try? await Task.sleep(for: Self.pause)  // ends early only when cancelled
        }
        newsInput.finish()
    }

    private func take(_ keys: Exchange.Keys) async {
        if keys.renew { await attempt("replacing the keys") { try await rotation.begin() } }
        guard keys.hasPins else { return }
        await attempt("keeping headquarters' pins") {
            let known = try pins.read()
            // The first pins of a site whose keys were carried by hand must be of the key that this session's WELCOME named.
            let believed = if let known { known.receiptKeys } else { await replicator.believedKeys }
            guard let told = keys.pins.verified(by: believed), !told.usableWays.isEmpty else {
                return logger.error("pins that headquarters' key did not sign were refused")
            }
            let isNews = told.serial > known?.serial ?? 0
            if isNews {
                try pins.write(keys.pins)
                logger.notice("headquarters is reached in another way", metadata: ["serial": "\(told.serial)"])
            }
            await replicator.use(try pins.ways(besides: configured), pins: isNews ? told : known ?? told)
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.error("keys", metadata: ["doing": "\(what)", "error": "\(error)"])
        }
    }
}
