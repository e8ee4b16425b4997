import Testing

@testable import Platform

struct ProcessLimitsTests {
    @Test func theLimitIsRaisedAsFarAsItIsAllowedAndReadBack() {
        let before = ProcessLimits.openFiles
        #expect(ProcessLimits.raiseOpenFiles(to: before) == before)
        let raised = ProcessLimits.raiseOpenFiles(to: before + 1)
        #expect(raised == before + 1 || raised == before)
        #expect(ProcessLimits.openFiles == raised)
    }
}
