package import Records

/// Which of a site's own keys signs which entries, and where a batch must end.
package struct SiteSigning: Sendable {
    /// A key change that is in the log and that headquarters may not have yet.
    package struct Change: Sendable {
        /// The entry that names the new key: the last that the key before signs.
        package var at: LogPlace
        package var before: LogSigningKey
        /// By which the entry is found again when the log was issued anew; nil where that is not done.
        package var record: RecordID?

        package init(at place: LogPlace, before: LogSigningKey, record: RecordID? = nil) {
            at = place
            self.before = before
            self.record = record
        }
    }

    /// The newest key.
    package var key: LogSigningKey
    package var change: Change?
    /// Nothing beyond this entry is sent: a key change is being written down.
    package var hold: LogPlace?

    package init(_ key: LogSigningKey, change: Change? = nil) {
        self.key = key
        self.change = change
    }

    /// The key for a batch that ends here.
    /// - Parameter epochs: the log's, oldest first.
    package func key(for position: LogPosition, among epochs: [Epoch]) -> LogSigningKey {
        guard let change else { return key }
        if position.epoch == change.at.epoch { return position.sequence <= change.at.sequence ? change.before : key }
        guard let changed = epochs.firstIndex(of: change.at.epoch), let own = epochs.firstIndex(of: position.epoch)
        else { return key }
        return own < changed ? change.before : key
    }

    /// The last entry that may be in a batch that begins after `sent`.
    package func end(ofBatchAfter sent: SequenceNumber, in epoch: Epoch, head: SequenceNumber) -> SequenceNumber {
        var end = head
        if let hold, hold.epoch == epoch { end = min(end, max(hold.sequence, sent)) }
        if let place = change?.at, place.epoch == epoch, place.sequence > sent { end = min(end, place.sequence) }
        return end
    }
}
