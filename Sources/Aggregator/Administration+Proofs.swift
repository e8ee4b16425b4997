import Digests
import Foundation
import Records
import Replication
import Storage

/// `prove`.
package struct ProofRequest: Codable, Sendable {
    /// A record's id, or what a site's client called it.
    package var record: String
    /// Whose client; only with a client's name.
    package var site: String?

    package init(record: String, site: String?) {
        self.record = record
        self.site = site
    }
}

extension Administration {
    /// Where a record is at headquarters, with the site's signature and a receipt.
    func prove(_ request: ProofRequest) async throws -> RecordProof {
        let id: RecordID
        if let given = RecordID(request.record) {
            id = given
        } else if let site = request.site {
            id = RecordID(site: try SiteID(site), clientID: request.record)
        } else {
            throw RequestFailure("\(request.record) is no record id; a client's own name needs --site")
        }
        guard let row = try views.row(id) else {
            throw RequestFailure(
                "headquarters has no record \(id), or has not counted it yet; ask its branch with `huiyin prove --folder`"
            )
        }
        let inspection = try LogInspection(store.folder.path)
        defer { inspection.close() }
        guard let log = try inspection.logs().first(where: { $0.number == row.log }) else {
            throw RequestFailure("the log of record \(id) is gone")
        }
        var standing = RecordProof.Standing(at: "headquarters")
        standing.durable = log.durable.sequence.value
        standing.backedUp = await server.retained[log.site]?.backedUp.marks[log.epoch]?.value ?? 0
        standing.receivedAt = row.received.rfc3339
        standing.folded = true
        let caseID = row.kind == .complaint ? id : row.caseID
        standing.caseID = caseID?.description
        standing.caseState = try caseID.flatMap { try views.caseRow($0) }?.state
        standing.digests = try await digests(resting: id, row)
        var proof = try inspection.proof(of: id, in: log, at: row.sequence, standing: standing)
        let receiptKey = await rotation.current.signing
        if let batch = proof.batch, let hash = ChainHash(hexadecimal: batch.hash) {
            let position = LogPosition(epoch: log.epoch, sequence: SequenceNumber(batch.sequence), hash: hash)
            proof.receipt = RecordProof.Signed(
                position, try receiptKey.sign(.acknowledgement, site: log.site, position: position))
        }
        proof.receiptKey = receiptKey.verifyingKey.hexadecimal
        return proof
    }

    /// The closed digests of the record's month, and whether a figure of them rests on it.
    private func digests(resting id: RecordID, _ row: RecordRow) async throws -> [String: Bool] {
        var found: [String: Bool] = [:]
        for closed in try store.closedMonths() where closed.month.index == row.month {
            guard let edition = try await fold.edition(of: closed.month) else { continue }
            found["\(closed.month) r\(closed.revision)"] = edition.evidence.names(id)
        }
        return found
    }
}
