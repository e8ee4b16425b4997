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
/// Files: `curve.previous` and `signing.previous`, copies of those in use; `curve.next`, then `signing.next`, which says that a
/// change is under way; at the end `curve` and `signing` are replaced, and `signing.next` is removed, which says that it is over.
/// The previous ones stay until the next change: a headquarters that is restored from before the change knows no others.
package actor KeyRotation {
    /// Why keys cannot be replaced now.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// A change that is written down.
    private struct UnderWay {
        var curve: CurveKeyPair
        var signing: LogSigningKey
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

    /// Goes on with a change that an earlier process began, and says which key signed what before. Before the replicator connects.
    package func resume() async throws {
        if access(nextSigning, F_OK) == 0 { return try await begin() }
        guard access(previous.signing, F_OK) == 0 else { return }
        let (curve, before) = try AgentKeys.pair(previous)
        await replicator.use(previous: curve)
        // An entry that is trimmed is in every backup that one may restore.
        guard let place = try place(Data(signing.verifyingKey.bytes)) else { return }
        await replicator.sign(SiteSigning(signing, change: change(at: place, to: signing, before: before)))
    }

    /// Makes new keys and writes the change down; one that is under way already is gone on with.
    package func begin() async throws {
        guard underWay == nil else { return }
        if access(nextSigning, F_OK) != 0 {
            try KeyFile.replace(previous.curve, try KeyFile.read(paths.curve))
            try KeyFile.replace(previous.signing, try KeyFile.read(paths.signing))
            // One that lies there was left at the end of the last change, and is in use.
            try KeyFile.replace(nextCurve, CurveKeyPair.generate().secretKey.z85)
            try KeyFile.create(nextSigning, Hexadecimal.text(LogSigningKey().bytes))
        }
        var next = paths
        (next.curve, next.signing) = (nextCurve, nextSigning)
        let (curve, key) = try AgentKeys.pair(next)
        let (previousCurve, before) = try AgentKeys.pair(previous)
        // Nothing that follows the entry may go out under the old key: nothing goes out until its place is known.
        await replicator.holdSending()
        do {
            let place = try await write(KeyChange(of: log.site, curveKey: curve.publicKey.bytes, signingKey: key))
            underWay = UnderWay(curve: curve, signing: key)
            await replicator.sign(SiteSigning(key, change: change(at: place, to: key, before: before)))
            await replicator.use(previous: previousCurve)
        } catch {
            await replicator.sign(SiteSigning(before))
            throw error
        }
    }

    /// Takes the new keys into use when headquarters has the change.
    package func settle() async throws {
        guard let next = underWay, let place = try place(Data(next.signing.verifyingKey.bytes)) else { return }
        let acknowledged = log.acknowledged
        guard acknowledged.epoch == place.epoch, acknowledged.sequence >= place.sequence else { return }
        try KeyFile.replace(paths.curve, next.curve.secretKey.z85)
        try KeyFile.replace(paths.signing, Hexadecimal.text(next.signing.bytes))
        unlink(nextSigning)
        unlink(nextCurve)
        signing = next.signing
        underWay = nil
        await replicator.use(next.curve)
    }

    /// Since when the keys are in use.
    package var keysSince: Timestamp? { FileStamp(path: paths.signing)?.modified }

    private var nextCurve: String { paths.curve + ".next" }
    private var nextSigning: String { paths.signing + ".next" }

    /// The keys before those in use; before those under way while there are any.
    private var previous: AgentConfiguration.Keys {
        var previous = paths
        previous.curve += ".previous"
        previous.signing += ".previous"
        return previous
    }

    private func change(at place: LogPlace, to key: LogSigningKey, before: LogSigningKey) -> SiteSigning.Change {
        SiteSigning.Change(at: place, before: before, record: id(Data(key.verifyingKey.bytes)))
    }

    private func write(_ change: KeyChange) async throws -> LogPlace {
        let now = clock()
        _ = try await log.append([.keyChange(change, of: log.site, at: now)], at: now)
        guard let place = try place(change.signingKey) else {
            throw Fault(description: "the key change is not in the log")
        }
        return place
    }

    private func id(_ signingKey: Data) -> RecordID { KeyChange.recordID(of: log.site, signingKey: signingKey) }

    /// Where the change to a key is in the log; elsewhere than before when the log was issued anew. Nil when it is not there.
    private func place(_ signingKey: Data) throws -> LogPlace? {
        try log.record(id(signingKey)).map { LogPlace(epoch: $0.epoch, sequence: $0.sequence) }
    }
}
