import Records
import Testing

@testable import Replication

struct EnrolmentDecisionTests {
    private static let keys = IssuedCode.Use(curveKey: "k1", signingKey: "s1")
    private static let end = Timestamp(milliseconds: 1000)

    private static func decide(_ code: IssuedCode?, _ keys: IssuedCode.Use = keys, at now: Int64 = 500)
        -> EnrolmentDecision
    {
        .decide(code, keys: keys, at: Timestamp(milliseconds: now))
    }

    @Test func anUnusedCodeRegistersUntilItsEnd() {
        let code = IssuedCode(expiresAt: Self.end)
        #expect(Self.decide(code) == .register)
        #expect(Self.decide(code, at: 999) == .register)
        #expect(Self.decide(code, at: 1000) == .refuse(.expired))
    }

    @Test func theSameKeysGetTheSameAnswerAgain() {
        let code = IssuedCode(expiresAt: Self.end, use: Self.keys)
        #expect(Self.decide(code) == .repeated)
        #expect(Self.decide(code, at: 5000) == .repeated)
    }

    @Test func anotherKeyCannotUseAUsedCode() {
        let code = IssuedCode(expiresAt: Self.end, use: Self.keys)
        #expect(Self.decide(code, IssuedCode.Use(curveKey: "k2", signingKey: "s1")) == .refuse(.used))
        #expect(Self.decide(code, IssuedCode.Use(curveKey: "k1", signingKey: "s2")) == .refuse(.used))
        #expect(Self.decide(IssuedCode(expiresAt: Self.end, use: Self.keys, isRevoked: true)) == .refuse(.used))
    }

    @Test func anUnknownCodeIsRefused() { #expect(Self.decide(nil) == .refuse(.unknown)) }
}
