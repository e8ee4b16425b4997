/// The identity of one fact, wherever it travels: 128 bits, ordered bytewise.
///
/// A record that comes without an identifier of its client gets a UUIDv7 (RFC 9562); one that has such an identifier
/// gets a value that follows from the site and that identifier, so that the same import on a new disk gives the same record.
package struct RecordID: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    package var high: UInt64
    /// The last eight bytes, big-endian.
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func < (left: RecordID, right: RecordID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
