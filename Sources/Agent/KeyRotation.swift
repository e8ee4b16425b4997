import Crypto
import Foundation
import Glibc
import Platform
package import Records
import Replication
package import Storage
import ZeroMQ

/// Replaces a site's keys: makes new ones beside the old, writes the change into the log, and takes the new ones into use when
/// headquarters has it. A crash at any point is made good by the next start.
///
///     in use ──begin──► both there, entry written ──acknowledged──► new ones in use
///
/// Files: `curve.next`, then `signing.next`, which says that a change is under way; at the end `curve` and `signing` are replaced,
/// and `signing.next` is removed, which says that it is over.
package actor KeyRotation {
    /// Why keys cannot be replaced now.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// A change that is written down.
    private struct UnderWay {
        var curve: CurveKeyPair
        var signing: LogSigningKey
        var place: LogPlace
    }

    private let log: SiteLog
    private let paths: AgentConfiguration.Keys
    private let replicator: Replicator
    private let clock: @Sendable () -> Timestamp
    private var signing: LogSigningKey
    private var underWay: UnderWay?

    /// - Parameter signing: the key in use.
    package init(
        log: SiteLog, paths: AgentConfiguration.Keys, signing: LogSigningKey, replicator: Replicator,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.paths = paths
        self.signing = signing
        self.replicator = replicator
        self.clock = clock
    }

    /// Goes on with a change that an earlier process began. Before the replicator connects.
    package func resume() async throws {
        if access(nextSigning, F_OK) == 0 { try await begin() }
    }

    /// Makes new keys and writes the change down; one that is under way already is gone on with.
    package func begin() async throws {
        guard underWay == nil else { return }
        if access(nextSigning, F_OK) != 0 {
            // One that lies there was left at the end of the last change, and is in use.
            try KeyFile.replace(nextCurve, CurveKeyPair.generate().secretKey.z85)
            try KeyFile.create(nextSigning, Hexadecimal.text(LogSigningKey().bytes))
        }
        var next = paths
        (next.curve, next.signing) = (nextCurve, nextSigning)
        let (curve, key) = try AgentKeys.pair(next)
        // Nothing that follows the entry may go out under the old key: nothing goes out until its place is known.
        await replicator.holdSending()
        do {
            let place = try await write(KeyChange(of: log.site, curveKey: curve.publicKey.bytes, signingKey: key))
            underWay = UnderWay(curve: curve, signing: key, place: place)
            await replicator.sign(SiteSigning(key, change: .init(at: place, before: signing)))
        } catch {
            await replicator.sign(SiteSigning(signing))
            throw error
        }
    }

    /// Takes the new keys into use when headquarters has the change.
    package func settle() async throws {
        guard let change = underWay else { return }
        let acknowledged = log.acknowledged
        guard acknowledged.epoch == change.place.epoch, acknowledged.sequence >= change.place.sequence else { return }
        try KeyFile.replace(paths.curve, change.curve.secretKey.z85)
        try KeyFile.replace(paths.signing, Hexadecimal.text(change.signing.bytes))
        unlink(nextSigning)
        unlink(nextCurve)
        signing = change.signing
        underWay = nil
        await replicator.use(change.curve, SiteSigning(change.signing))
    }

    /// Since when the keys are in use.
    package var keysSince: Timestamp? { modified(paths.signing) }

    private var nextCurve: String { paths.curve + ".next" }
    private var nextSigning: String { paths.signing + ".next" }

    /// The same keys give the same record, so that a crash doubles nothing. No client can give this name.
    private func write(_ change: KeyChange) async throws -> LogPlace {
        let now = clock()
        var facts = Facts()
        facts.author = "huiyin"
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.body = .keyChange(change)
        let name = "\0huiyin-keys:" + Hexadecimal.text(change.signingKey)
        facts.contentDigest = Data(SHA256.hash(data: Data(name.utf8)))
        let id = RecordID(site: log.site, clientID: name)
        _ = try await log.append([SiteLog.Draft(facts: facts, id: id)], at: now)
        guard let record = try log.record(id) else { throw Fault(description: "the key change is not in the log") }
        return LogPlace(epoch: record.epoch, sequence: record.sequence)
    }

    private func modified(_ path: String) -> Timestamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Timestamp(milliseconds: Int64(status.st_mtim.tv_sec) * 1000)
    }
}
