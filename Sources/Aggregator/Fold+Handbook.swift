import Foundation
import Handbooks
import Logging
import Records
import struct Records.Record
import Rules
import Storage
import StrictYAML

/// The handbook in force at headquarters: the newest that was published, else the configured one.
struct PublishedHandbook: Sendable {
    var id: RecordID
    var order: RecordOrder
}

extension Fold {
    /// Takes the newest published handbook from the store, before anything is judged. Views that were judged by another one
    /// are computed anew: they are a function of the records and the handbook.
    func loadHandbook() throws {
        // The newest that can be read.
        for row in try views.write({ try $0.ordersForSites() }).reversed() where row.kind == .handbook {
            if let record = try record(row) { adopt(record) }
            if published != nil { break }
        }
        let judged = try views.handbook()
        if let judged, judged != handbook.version { try forgetViews() }
        if judged == nil { try views.note(handbook: handbook.version) }
    }

    /// Handbooks came in: when one is newer than the one in force the views are computed anew under it.
    /// - Returns: whether there is all to do again.
    func noticed(_ published: [RecordRow]) throws -> Bool {
        let before = handbook.version
        for row in published where row.kind == .handbook && row.site == .headquarters {
            if let record = try record(row) { adopt(record) }
        }
        guard handbook.version != before else { return false }
        logger.notice("a handbook came into force", metadata: ["version": "\(handbook.version)"])
        try forgetViews()
        return true
    }

    private func adopt(_ record: Record) {
        guard case .handbookVersion(let version) = record.facts.body, record.site == .headquarters,
            published.map({ $0.order < record.order }) ?? true
        else { return }
        do throws(YAMLFaults) {
            let read = try Handbook.read(yaml: version.text, file: version.version)
            published = PublishedHandbook(id: record.id, order: record.order)
            if read.version != handbook.version { rules = CaseRules(handbook: read) }
        } catch {
            logger.error("a published handbook cannot be read", metadata: ["error": "\(error)"])
        }
    }
}
