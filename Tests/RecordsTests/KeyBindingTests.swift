import Foundation
import Testing

@testable import Records

struct KeyBindingTests {
    private static let key = LogSigningKey(bytes: [UInt8](repeating: 5, count: 32))!
    private static let other = LogSigningKey(bytes: [UInt8](repeating: 6, count: 32))!
    private static let site = try! SiteID("A1")
    private static let curve = [UInt8](repeating: 7, count: 32)
    private static let secret = Data(repeating: 8, count: 16)

    private static func enrolment(
        site: SiteID = site, curve: [UInt8] = curve, key: LogSigningKey = key, secret: Data = secret
    ) -> KeyBinding {
        .enrolment(of: site, curveKey: curve, signingKey: key.verifyingKey, secret: secret)
    }

    @Test func aProofIsGoodForItsBindingAndNoOther() throws {
        let proof = try Self.key.prove(Self.enrolment())
        #expect(Self.enrolment().isProved(by: proof))
        let others = [
            Self.enrolment(site: try SiteID("A2")), Self.enrolment(curve: [UInt8](repeating: 9, count: 32)),
            Self.enrolment(key: Self.other), Self.enrolment(secret: Data(repeating: 9, count: 16)),
            .change(of: Self.site, curveKey: Self.curve, signingKey: Self.key.verifyingKey),
        ]
        for other in others { #expect(!other.isProved(by: proof)) }
        #expect(!Self.enrolment().isProved(by: Data()))
        #expect(!Self.enrolment().isProved(by: try Self.other.prove(Self.enrolment())))
    }

    @Test func aKeyChangeNamesItsKeysWhenTheNewOneSigned() throws {
        let change = try KeyChange(of: Self.site, curveKey: Self.curve, signingKey: Self.key)
        let binding = try #require(change.proved(of: Self.site))
        #expect(binding.curveKey == Self.curve)
        #expect(binding.signingKey == Self.key.verifyingKey)
    }

    @Test func aKeyChangeOfAnotherSiteOrWithoutItsProofChangesNothing() throws {
        let change = try KeyChange(of: Self.site, curveKey: Self.curve, signingKey: Self.key)
        #expect(change.proved(of: try SiteID("B2")) == nil)
        let spoilt: [(inout KeyChange) -> Void] = [
            { $0.proof = Data() }, { $0.curveKey = Data() }, { $0.curveKey[0] ^= 1 },
            { $0.signingKey = Data(Self.other.verifyingKey.bytes) }, { $0.signingKey = Data([1]) },
        ]
        for spoil in spoilt {
            var other = change
            spoil(&other)
            #expect(other.proved(of: Self.site) == nil)
        }
    }

    @Test func pinsAreBelievedFromTheKeyThatIsKept() throws {
        var pins = Pins()
        pins.serial = 3
        var way = Pins.Way()
        way.endpoint = "tcp://hq.example:7410"
        way.curveKey = Data(Self.curve)
        pins.ways = [way]
        pins.receiptKey = Data(Self.key.verifyingKey.bytes)
        let signed = try SignedPins(pins, signedBy: Self.key)
        #expect(signed.verified(by: [Self.key.verifyingKey]) == pins)
        #expect(signed.verified(by: [Self.other.verifyingKey]) == nil)
        var changed = signed
        changed.pins[changed.pins.count - 1] ^= 1
        #expect(changed.verified(by: [Self.key.verifyingKey]) == nil)
        pins.ways = []
        #expect(try SignedPins(pins, signedBy: Self.key).verified(by: [Self.key.verifyingKey]) == nil)
    }

    @Test func pinsThatNameTheNextKeyAreFollowedByPinsThatItSigned() throws {
        var pins = Pins()
        pins.serial = 4
        var way = Pins.Way()
        way.endpoint = "tcp://hq.example:7410"
        way.curveKey = Data(Self.curve)
        pins.ways = [way]
        pins.receiptKey = Data(Self.key.verifyingKey.bytes)
        #expect(pins.receiptKeys == [Self.key.verifyingKey])
        pins.nextReceiptKey = Data(Self.other.verifyingKey.bytes)
        let overlap = try SignedPins(pins, signedBy: Self.key)
        let kept = try #require(overlap.verified(by: [Self.key.verifyingKey]))
        #expect(kept.receiptKeys == [Self.key.verifyingKey, Self.other.verifyingKey])
        pins.receiptKey = pins.nextReceiptKey
        pins.nextReceiptKey = Data()
        let after = try SignedPins(pins, signedBy: Self.other)
        #expect(after.verified(by: kept.receiptKeys)?.receiptKeys == [Self.other.verifyingKey])
        #expect(after.verified(by: [Self.key.verifyingKey]) == nil)
        pins.nextReceiptKey = Data([1, 2, 3])
        #expect(try SignedPins(pins, signedBy: Self.key).verified(by: [Self.key.verifyingKey]) == nil)
    }
}
