import Embeddings
import StrictYAML
import Testing

@testable import Aggregator

struct RecurrenceConfigurationTests {
    private static func read(_ lines: String) throws -> AggregatorConfiguration {
        try AggregatorConfiguration.read(yaml: "folder: /data\n" + lines, file: "/etc/aggregator.yaml")
    }

    @Test func modelIsAskedOnlyWhereItIsNamed() throws {
        #expect(try Self.read("").embeddings == nil)
        let embeddings = try Self.read(
            "recurrence:\n  embeddings: http://127.0.0.1:8000/v1\n  model: e5\n  token-file: t"
        )
        .embeddings
        #expect(embeddings?.endpoint.description == "http://127.0.0.1:8000/v1/embeddings")
        #expect(embeddings?.endpoint.model == "e5")
        #expect(embeddings?.tokenFile == "/etc/t")
    }

    @Test(arguments: [
        "recurrence:\n  embeddings: https://api.example/v1", "recurrence:\n  embeddings: model",
        "recurrence:\n  model: e5",
        "recurrence:\n  embedding: http://127.0.0.1/",
    ])
    func addressThatIsNoneIsRefusedWithItsLine(_ lines: String) {
        #expect(throws: YAMLFaults.self) { _ = try Self.read(lines) }
    }
}
