import Testing

@testable import Aggregator

@Suite struct TCPEndpointTests {
    @Test(arguments: ["tcp://0.0.0.0:7410", "tcp://hq.example:1", "tcp://[::1]:65535", "tcp://*:*"])
    func anEndpointIsReadAndWrittenAgain(text: String) {
        #expect(TCPEndpoint(text)?.text == text)
    }

    /// The first two were found by fuzzing: they ended the program.
    @Test(arguments: [
        "tcp://总部", "tcp://", "tcp:", "", "tcp://:7410", "tcp://hq:", "tcp://hq:65536", "tcp://hq:-1", "tcp://hq/x:1",
        "ipc://hq:1", "hq:7410", "tcp://hq:七",
    ])
    func whatIsNoEndpointIsRefused(text: String) {
        #expect(TCPEndpoint(text) == nil)
    }

    @Test func theConfigurationNamesALineWithoutAPort() {
        #expect {
            _ = try AggregatorConfiguration.read(yaml: "folder: /nowhere\nlisten: tcp://hq\n", file: "aggregator.yaml")
        } throws: {
            "\($0)".contains("aggregator.yaml:2")
        }
    }
}
