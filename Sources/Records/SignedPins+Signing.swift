import Crypto
import Foundation
import SwiftProtobuf

extension SignedPins {
    private static let label = Data("huiyin-pins-1".utf8)

    /// How headquarters is reached, signed by its key that the sites keep.
    package init(_ pins: Pins, signedBy key: LogSigningKey) throws {
        self.init()
        self.pins = try pins.serializedData()
        keyID = key.keyID
        signature = try key.key.signature(for: Self.label + self.pins)
    }

    /// What they say, when one of these keys signed them and nothing is missing; nil otherwise.
    package func verified(by keys: [LogVerifyingKey]) -> Pins? {
        guard let key = keys.first(where: { $0.identifier == keyID }),
            key.key.isValidSignature(signature, for: Self.label + pins),
            let pins = try? Pins(serializedBytes: pins),  // whatever cannot be read is as good as unsigned
            !pins.ways.isEmpty, pins.ways.allSatisfy({ $0.curveKey.count == 32 && !$0.endpoint.isEmpty }),
            pins.receiptKey.count == 32, pins.nextReceiptKey.isEmpty || pins.nextReceiptKey.count == 32
        else { return nil }
        return pins
    }
}

extension Pins {
    /// Headquarters' signing keys that whoever keeps these pins believes: the present one, and the one that takes over.
    package var receiptKeys: [LogVerifyingKey] {
        [receiptKey, nextReceiptKey].compactMap { LogVerifyingKey(bytes: $0) }
    }
}
