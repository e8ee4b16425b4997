import Handbooks
import Records
import Rules
import Storage

extension Fold {
    /// Flags sites that are heard but write nothing down, and sites that are not heard at all.
    func watchSilence(at now: Timestamp) throws {
        let policy = handbook.silence
        var changed: [(subject: RecordID, flag: Flag?)] = []
        for site in registry.sites {
            let subject = Flag.identity(.siteSilent, subject: site.id.text, key: "subject")
            guard let expected = site.life.expectedSince(at: now) else {
                // Nothing is expected of it: what stood is withdrawn, once.
                guard silences[site.id] != .active else { continue }
                silences[site.id] = .active
                changed.append((subject, nil))
                continue
            }
            let silence = SiteSilence(
                site.id, lastRecord: max(latestRecorded[site.id] ?? .zero, site.addedAt, expected),
                // It could not be heard before it was registered.
                heardUntil: max(heardUntil(site.id) ?? .zero, site.addedAt, expected), policy: policy, at: now)
            guard silences[site.id] != silence.status else { continue }
            silences[site.id] = silence.status
            changed.append((subject, silence.flag(policy: policy)))
        }
        guard !changed.isEmpty else { return }
        try views.write { writer in
            for (subject, flag) in changed {
                let wanted = try flag.map { [try FlagRow($0, subject: subject)] } ?? []
                try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: nil) }
            }
        }
    }
}
