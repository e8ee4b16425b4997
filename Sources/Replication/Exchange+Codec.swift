package import Foundation
package import Records
import SwiftProtobuf

/// The protocol's versions and bounds. `Protocol/replication.md` is normative.
package enum ReplicationProtocol {
    /// The versions that this program speaks.
    package static let versions: ClosedRange<UInt32> = 1...1
    /// Greatest size of one message, in bytes; a larger one is never sent, and drops the connection that sends it.
    package static let greatestMessage = 4 << 20
    /// A batch is closed when its entries reach this many bytes.
    package static let batchBytes = 256 << 10
    /// Greatest number of entries in a batch.
    package static let batchEntries = 2000
    /// Greatest number of batches under way: beyond it small ones wait and become fewer, larger ones. Far below the
    /// socket's mark.
    package static let batchesInFlight = 32
    /// Greatest number of epochs of one log that HELLO names.
    package static let greatestEpochs = 64
    /// Greatest number of epochs that headquarters keeps of one site.
    package static let greatestStoredEpochs = 1024
    /// Greatest size of one entry, in bytes: facts, nonce and personal part together.
    package static let greatestEntry = 1 << 20
    /// How often a site says that it is there.
    package static let heartbeat: Duration = .seconds(2)
    /// After so many silent heartbeats the other side counts as gone.
    package static let silentHeartbeats = 3
    /// After so many heartbeats without an answer a site gives its session up, whatever else it hears: nothing that it says
    /// gets through. More than `silentHeartbeats`, as an answer may wait behind what was sent before it.
    package static let unansweredHeartbeats = 10
}

/// A frame that is no message.
package struct MalformedMessage: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { "malformed message: \(reason)" }
}

extension Exchange {
    /// A message from one frame's bytes.
    package init(frame: UnsafeRawBufferPointer) throws(MalformedMessage) {
        guard frame.count <= ReplicationProtocol.greatestMessage else {
            throw MalformedMessage(
                reason: "\(frame.count) bytes; at most \(ReplicationProtocol.greatestMessage) are taken")
        }
        do {
            // Decoding copies what it keeps, so that the frame itself need not be.
            try self.init(
                serializedBytes: frame.baseAddress.map {
                    Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: frame.count, deallocator: .none)
                } ?? Data())
        } catch {
            throw MalformedMessage(reason: "not a message of this protocol")
        }
        guard body != nil else { throw MalformedMessage(reason: "of a kind that this version does not know") }
    }

    /// The bytes of one frame.
    package func frame() -> Data {
        // There are no required fields and no extensions, so that serialization cannot fail but for messages over 2 GiB,
        // which the bounds of this protocol exclude.
        (try? serializedData()) ?? Data()
    }
}

extension Entry {
    /// Bytes that count against credit and batch size.
    package var size: Int {
        facts.count + nonce.count + personal.count + personalDigest.count + recordedHash.count
    }
}

extension LogPosition {
    /// From the wire; nil when a field has the wrong length.
    package init?(_ position: Position) {
        guard let epoch = Epoch(bytes: position.epoch), let hash = ChainHash(bytes: position.hash) else { return nil }
        self.init(epoch: epoch, sequence: SequenceNumber(position.sequence), hash: hash)
    }

    /// For the wire.
    package var message: Position {
        var message = Position()
        message.epoch = epoch.data
        message.sequence = sequence.value
        message.hash = hash.data
        return message
    }
}
