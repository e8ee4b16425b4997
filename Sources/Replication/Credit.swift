package import Records

/// How much the receiving side will take: absolute, so that a lost message cannot make it drift.
package struct Credit: Hashable, Sendable {
    /// Entries up to this one.
    package var sequence: SequenceNumber
    /// Bytes of entries beyond what is acknowledged.
    package var bytes: Int

    package init(sequence: SequenceNumber, bytes: Int) {
        self.sequence = sequence
        self.bytes = bytes
    }

    /// Nothing may be sent.
    package static let none = Credit(sequence: .zero, bytes: 0)

    init(_ message: Exchange.Credit) {
        self.init(sequence: SequenceNumber(message.sequence), bytes: Int(clamping: message.bytes))
    }

    var message: Exchange.Credit {
        var message = Exchange.Credit()
        message.sequence = sequence.value
        message.bytes = UInt64(bytes)
        return message
    }
}
