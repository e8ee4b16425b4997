package import Foundation
import Platform
package import Records
import Replication
import Storage

/// `log.import`: one batch of a log that was carried by file.
package struct CarriedBatchRequest: Codable, Sendable {
    /// Where an epoch branched from its parent.
    package struct Parent: Codable, Sendable {
        /// Hexadecimal digits.
        package var epoch: String
        package var sequence: UInt64
        /// Hexadecimal digits.
        package var hash: String
    }

    package var site: String
    /// Of the batch's epoch; nil in a site's first one.
    package var parent: Parent?
    /// An `Exchange.Batch`, base64.
    package var batch: Data

    package init(site: SiteID, parent: LogPosition?, batch: Data) {
        self.site = site.text
        self.parent = parent.map {
            Parent(epoch: $0.epoch.description, sequence: $0.sequence.value, hash: $0.hash.description)
        }
        self.batch = batch
    }
}

/// What became of it.
package struct CarriedBatchAnswer: Codable, Sendable {
    /// Entries that are stored now, and those that were before.
    package var new: Int
    package var known: Int
    /// The epoch is durable up to here.
    package var durable: UInt64
}

/// `log.receipt`.
package struct SiteQuestion: Codable, Sendable {
    package var site: String

    package init(site: SiteID) { self.site = site.text }
}

extension Administration {
    /// Takes one batch, verified like one of the wire; the answer means that it is on the disk.
    func importBatch(_ request: CarriedBatchRequest) async throws -> CarriedBatchAnswer {
        let site = try registered(request.site)
        let keys = site.signers
        do {
            let carried = try CarriedBatch(bytes: request.batch, of: site.id, keys: keys)
            let durable = try await known(carried, parent: try parent(of: request))
            switch try carried.place(after: durable) {
            case .compare(let end):
                guard try store.hash(at: end, of: site.id) == end.hash else {
                    throw RequestFailure("another entry \(end.sequence) is stored here; nothing of the batch was taken")
                }
                return CarriedBatchAnswer(
                    new: 0, known: carried.slice.entries.count, durable: durable.sequence.value)
            case .store(let batch):
                return try await append(batch, of: carried.slice.entries.count)
            }
        } catch let refusal as CarriedBatch.Refusal {
            throw RequestFailure("\(refusal)")
        }
    }

    /// What is durable of a site's log, signed: to be carried back.
    func receipt(_ request: SiteQuestion) async throws -> CarriedReceipt {
        let site = try registered(request.site)
        let durable = try store.durablePositions()[site.id] ?? [:]
        return try CarriedReceipt(
            site: site.id, headquarters: name, durable: durable.values.sorted { $0.epoch < $1.epoch },
            key: await rotation.current.signing)
    }

    private func registered(_ text: String) throws -> RegisteredSite {
        guard let site = registry.sites.first(where: { $0.id.text == text }) else {
            throw RequestFailure("no site \(text) is registered here, or its keys were revoked")
        }
        return site
    }

    private func parent(of request: CarriedBatchRequest) throws -> LogPosition? {
        guard let parent = request.parent else { return nil }
        guard let epoch = Epoch(hexadecimal: parent.epoch), let hash = ChainHash(hexadecimal: parent.hash) else {
            throw RequestFailure("the parent of the epoch cannot be read")
        }
        return LogPosition(epoch: epoch, sequence: SequenceNumber(parent.sequence), hash: hash)
    }

    /// What is durable of the batch's epoch. One that is not known is begun: its origin is under the signature, too.
    private func known(_ carried: CarriedBatch, parent: LogPosition?) async throws -> LogPosition {
        let durable = try store.durablePositions()[carried.site] ?? [:]
        if let position = durable[carried.slice.epoch] { return position }
        let origin = LogPosition(
            epoch: carried.slice.epoch, sequence: .zero,
            hash: LogChain.origin(site: carried.site, epoch: carried.slice.epoch, parent: parent))
        _ = try carried.place(after: origin)
        if let parent, try store.hash(at: parent, of: carried.site) != parent.hash {
            throw RequestFailure(
                "the epoch \(carried.slice.epoch) follows entry \(parent.sequence) of \(parent.epoch), which is not here; "
                    + "carry that epoch first")
        }
        try store.begin(carried.slice.epoch, of: carried.site, parent: parent)
        return origin
    }

    private func append(_ batch: SiteReceiver.StagedBatch, of count: Int) async throws -> CarriedBatchAnswer {
        let outcome = await withCheckedContinuation { continuation in
            store.append(batch, receivedAt: SystemClock.wall) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .committed(_, let position):
            await server.carried(outcome)
            let new = batch.slice.entries.count
            return CarriedBatchAnswer(new: new, known: count - new, durable: position.sequence.value)
        case .conflict:
            throw RequestFailure("the site itself sent entries meanwhile; import the file again")
        case .failed(_, _, let error): throw error
        }
    }
}
