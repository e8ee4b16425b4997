import Testing

@testable import ZeroMQ

struct NativeThreadTests {
    @Test func nameKeepsWholeCharactersWithinTheKernelsLimit() {
        #expect(NativeThread.kernelName("router") == "router")
        #expect(NativeThread.kernelName("exactly15bytes!") == "exactly15bytes!")
        #expect(NativeThread.kernelName("a much longer name") == "a much longer n")
        #expect(NativeThread.kernelName("回音回音回音") == "回音回音回")
    }
}
