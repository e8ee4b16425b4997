import Foundation
import Testing

@testable import Aggregator

@Suite struct ExampleConfigurationTests {
    @Test func theExampleIsReadWithoutFaults() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("Deploy/config/aggregator.yaml").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try AggregatorConfiguration.read(yaml: text, file: path).folder == "/var/lib/huiyin-headquarters")
    }
}
