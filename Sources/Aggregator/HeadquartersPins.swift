import Foundation
import Platform
package import Records
package import Storage
import SwiftProtobuf
import Synchronization
package import ZeroMQ

/// How sites reach headquarters and know it: endpoints and keys, signed, with a serial number that grows with each change.
package final class HeadquartersPins: Sendable {
    private struct State {
        var signed = SignedPins()
        var serial: UInt64 = 0
    }

    private let state = Mutex(State())
    private let store: RecordStore

    package init(store: RecordStore) { self.store = store }

    /// Sets the ways, in the order in which they are to be tried; the same ones change nothing.
    /// - Parameters:
    ///   - signingKey: signs them, and receipts.
    ///   - next: takes over from it; nil where no key is being replaced.
    package func set(
        _ ways: [(endpoint: String, key: CurvePublicKey)], signedBy signingKey: LogSigningKey,
        next: LogVerifyingKey? = nil
    ) throws {
        var pins = Pins()
        pins.ways = ways.map { way in
            var pin = Pins.Way()
            pin.endpoint = way.endpoint
            pin.curveKey = Data(way.key.bytes)
            return pin
        }
        pins.receiptKey = Data(signingKey.verifyingKey.bytes)
        pins.nextReceiptKey = next.map { Data($0.bytes) } ?? Data()
        pins.serial = try store.serial(ofPins: try pins.serializedData(), at: SystemClock.wall)
        let signed = try SignedPins(pins, signedBy: signingKey)
        state.withLock { $0 = State(signed: signed, serial: pins.serial) }
    }

    package var signed: SignedPins { state.withLock { $0.signed } }
    package var serial: UInt64 { state.withLock { $0.serial } }
}
