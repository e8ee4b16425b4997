import Foundation
import Records
import Replication
import Rules
import Storage

/// What was last seen of what happened to logs.
struct IncidentsSeen: Equatable {
    /// The newest incident.
    var number: Int64
    /// Copies that wait for a decision.
    var open: Set<Data>
}

extension Fold {
    /// Flags what happened to logs: rollbacks, copies, new disks, restores. They are kept in the store, so that views that are
    /// computed anew have them again.
    func noteIncidents() throws {
        let stored = try store.incidents()
        let open = Set(try store.fences().filter { $0.decision == .open }.map(\.epoch))
        let seen = IncidentsSeen(number: stored.last?.number ?? 0, open: open)
        guard seen != incidents else { return }
        try views.write { writer in
            for incident in stored {
                let flag = Flag(incident)
                let stands = incident.kind != .fenced || open.contains(incident.epoch)
                try writer.setFlags(stands ? [try FlagRow(flag, subject: flag.id)] : [], of: flag.id) {
                    $0.withdrawn(by: nil)
                }
            }
        }
        incidents = seen
    }
}

extension Flag {
    /// That something happened to a log.
    fileprivate init(_ incident: RecordStore.StoredIncident) {
        let hexadecimal = (incident.epoch + incident.place.epoch).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        self.init(
            FlagKind(incident.kind), subject: incident.site?.text ?? "hq", key: hexadecimal.joined(),
            sites: incident.site.map { [$0] } ?? [], at: incident.at)
        count = incident.count > 0 ? Int(clamping: incident.count) : nil
    }
}

extension FlagKind {
    fileprivate init(_ kind: Incident.Kind) {
        self =
            switch kind {
            case .rolledBack, .restored: .siteRolledBack
            case .diverged: .historiesDiffer
            case .replaced: .siteReplaced
            case .fenced: .siteFenced
            case .headquartersRestored: .headquartersRestored
            }
    }
}
