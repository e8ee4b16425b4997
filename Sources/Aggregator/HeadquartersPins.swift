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
    private let signingKey: LogSigningKey

    package init(store: RecordStore, signingKey: LogSigningKey) {
        self.store = store
        self.signingKey = signingKey
    }

    /// Sets the ways, in the order in which they are to be tried; the same ones change nothing.
    package func set(_ ways: [(endpoint: String, key: CurvePublicKey)]) throws {
        var pins = Pins()
        pins.ways = ways.map { way in
            var pin = Pins.Way()
            pin.endpoint = way.endpoint
            pin.curveKey = Data(way.key.bytes)
            return pin
        }
        pins.receiptKey = Data(signingKey.verifyingKey.bytes)
        pins.serial = try store.serial(ofPins: try pins.serializedData(), at: SystemClock.wall)
        let signed = try SignedPins(pins, signedBy: signingKey)
        state.withLock { $0 = State(signed: signed, serial: pins.serial) }
    }

    package var signed: SignedPins { state.withLock { $0.signed } }
    package var serial: UInt64 { state.withLock { $0.serial } }
}
