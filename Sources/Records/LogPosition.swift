package import Foundation

/// One life of a log: 128 random bits, made once and durable before the log's first entry.
package struct Epoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init(using generator: inout some RandomNumberGenerator) {
        high = generator.next()
        low = generator.next()
    }

    /// From 16 bytes; nil for any other number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        (high, low) = (FixedBytes.word(0, of: bytes), FixedBytes.word(1, of: bytes))
    }

    /// From 32 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: String) {
        guard let bytes = FixedBytes.bytes(hexadecimal: Array(text.utf8)) else { return nil }
        self.init(bytes: bytes)
    }

    /// Sixteen bytes.
    package var bytes: [UInt8] { FixedBytes.bytes(high, low) }
    package var data: Data { FixedBytes.data(high, low) }

    package static func < (left: Epoch, right: Epoch) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// Thirty-two hexadecimal digits.
    package var description: String { FixedBytes.hexadecimal(bytes) }
}

/// A place in one epoch of a log: 1, 2, 3 … without gaps; 0 is before the first entry.
package struct SequenceNumber: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static let zero = SequenceNumber(0)

    /// The place after this one.
    package var next: SequenceNumber { SequenceNumber(value + 1) }

    package func advanced(by count: Int) -> SequenceNumber { SequenceNumber(value + UInt64(count)) }

    package static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left.value < right.value }

    package var description: String { String(value) }
}

/// A SHA-256 value: of a part, a leaf or the chain at one place.
package struct ChainHash: Hashable, Sendable, CustomStringConvertible {
    /// The bytes as they stand in memory; one is made for each record, so that no array is.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// From 32 bytes; nil for any other number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        Swift.withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.words = words
    }

    /// From 64 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: String) {
        guard let bytes = FixedBytes.bytes(hexadecimal: Array(text.utf8)) else { return nil }
        self.init(bytes: bytes)
    }

    /// Thirty-two bytes.
    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    package var data: Data { withUnsafeBytes { Data($0) } }

    /// The 32 bytes, without a copy; valid within the call only.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    package static func == (left: ChainHash, right: ChainHash) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// Sixty-four hexadecimal digits.
    package var description: String { FixedBytes.hexadecimal(bytes) }
}

/// A place in a log.
package struct LogPlace: Hashable, Sendable {
    package var epoch: Epoch
    package var sequence: SequenceNumber

    package init(epoch: Epoch, sequence: SequenceNumber) {
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// A place in a log together with the chain's hash there: what two sides compare.
package struct LogPosition: Hashable, Sendable {
    package var epoch: Epoch
    package var sequence: SequenceNumber
    /// `h(sequence)`; `h(0)` when the sequence is 0.
    package var hash: ChainHash

    /// The place alone.
    package var place: LogPlace { LogPlace(epoch: epoch, sequence: sequence) }

    package init(epoch: Epoch, sequence: SequenceNumber, hash: ChainHash) {
        self.epoch = epoch
        self.sequence = sequence
        self.hash = hash
    }
}
