import Records
import Rules
import Storage

extension Fold {
    /// Flags sites that trimmed records before headquarters had backed them up.
    func watchTrimming() throws {
        let changed = contacts.trimmedEarly.filter { flaggedTrimming[$0.key] != $0.value.count }
        guard !changed.isEmpty else { return }
        try views.write { writer in
            for (site, trimmed) in changed.sorted(by: { $0.key < $1.key }) {
                let subject = Flag.identity(.trimmedEarly, subject: site.text, key: "subject")
                let flag = Flag.trimmedEarly(site, count: Int(clamping: trimmed.count), at: trimmed.at)
                // After a restart the site says again what is known.
                let known = try writer.flag(flag.id).flatMap { try FlagPayload(json: $0.payload).flag.count } ?? 0
                guard known < flag.count ?? 0 else { continue }
                try writer.setFlags([FlagRow(flag, subject: subject)], of: subject) { $0.withdrawn(by: nil) }
            }
        }
        for (site, trimmed) in changed { flaggedTrimming[site] = trimmed.count }
    }
}
