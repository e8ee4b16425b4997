import Testing
import ZeroMQ

struct AuthenticatorSelfTestTests {
    @Test func passesAndLeavesNothingOpen() throws {
        let context = try Context()
        let zap = try authenticator(context)
        try zap.selfTest(domain: Loopback.domain)
        #expect(zap.counts.denied == 1)
        zap.close()
        try context.close()
    }

    @Test func findsALookupThatAllowsEverybody() throws {
        let context = try Context()
        let zap = try Authenticator(context) { _, _, _ in .allow(userID: "anybody") }
        defer { zap.close() }
        #expect(throws: SelfTestError.strangerLetIn(domain: "site")) { try zap.selfTest(domain: "site") }
    }

    @Test func findsALookupThatDoesNotAnswer() throws {
        let context = try Context()
        let gate = Gate()
        let zap = try Authenticator(context) { _, _, _ in
            gate.wait()
            return .deny
        }
        let error = #expect(throws: SelfTestError.self) { try zap.selfTest(domain: "site", within: quiet) }
        guard case .strangerNotRefused = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        gate.open()
        zap.close()
    }

    @Test func findsAHandlerThatIsGone() throws {
        let zap = try authenticator(try Context())
        zap.close()
        let error = #expect(throws: SelfTestError.self) { try zap.selfTest(domain: "site", within: quiet) }
        guard case .strangerNotRefused = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
    }

    @Test func saysWhenItCannotTest() throws {
        let context = try Context(maxSockets: 2)
        let zap = try authenticator(context)
        defer { zap.close() }
        let error = #expect(throws: SelfTestError.self) { try zap.selfTest(domain: "site") }
        guard case .notTested(let reason) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(reason.name == "EMFILE")
    }
}
