import Digests
import Foundation
package import Logging
import Records
import struct Records.Record
import Recurrence
import Rules
package import Storage

/// Carries out on everything that headquarters holds what was ordered to be erased: at once, and at each start, before anybody is
/// served, what a backup from before an erasure brought back.
package struct Erasing: Sendable {
    let store: RecordStore
    /// Headquarters' own log.
    let own: SiteLog
    let logger: Logger

    package init(store: RecordStore, own: SiteLog, logger: Logger) {
        self.store = store
        self.own = own
        self.logger = logger
    }

    /// Carries out what was not yet; blocks its thread, a second or two for a million entries.
    package func round() throws {
        let done = try store.erasuresCarriedOut()
        let pending = try ordered().filter { !done.contains($0.id) }
        guard !pending.isEmpty else { return }
        let erasures = Erasures(pending)
        var titles: Set<String> = []
        let erased = try store.sweep { record in
            guard let erasure = erasures.erasure(of: record) else { return nil }
            for text in SourcedText.texts(of: record) { titles.insert(text.announcedTitle) }
            return erasure
        }
        let ownErased = try own.sweep { erasures.erasure(of: $0) != nil }
        try Self.forget(titles, in: store)
        try store.noteCarriedOut(pending.map(\.id))
        logger.notice(
            "erased personal parts",
            metadata: ["erasures": "\(pending.count)", "entries": "\(erased)", "own": "\(ownErased)"])
    }

    /// Takes titles that quoted erased words out of the feed; the entries stay.
    static func forget(_ titles: Set<String>, in store: RecordStore) throws {
        if !titles.isEmpty { try store.rewriteFeed { payload($0, without: titles) } }
    }

    /// The erasures in headquarters' own log, here and as far as it is stored.
    func ordered() throws -> [Record] {
        var found = Dictionary(try store.orderedErasures().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var after = SiteLog.Place.beginning
        while case let records = try own.records(after: after, limit: Fold.batch), let last = records.last {
            for record in records.map(\.record) {
                if case .erasure = record.facts.body { found[record.id] = record }
            }
            after = last.place
        }
        return found.values.sorted { $0.id < $1.id }
    }

    /// What an entry of the feed says without a title that is erased; nil when it says the same.
    private static func payload(_ payload: String, without titles: Set<String>) -> String? {
        guard payload.contains("\"title\""),
            var said = try? FlagPayload(json: payload),  // a digest's entry is no flag's, and has no title
            let title = said.title, titles.contains(title)
        else { return nil }
        said.title = nil
        return try? said.json()  // it was one before
    }
}

extension SourcedText {
    /// How an issue that is called by this text is announced.
    var announcedTitle: String {
        let title = text.title.isEmpty ? String(text.body.prefix(40)) : text.title
        return CustomerText.presentable(title, limit: 80)
    }
}
