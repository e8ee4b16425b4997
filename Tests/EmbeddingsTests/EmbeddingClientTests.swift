import Recurrence
import Testing

@testable import Embeddings

struct EmbeddingClientTests {
    private static func client(_ model: FakeModel, token: String? = nil) throws -> EmbeddingClient {
        EmbeddingClient(try #require(EmbeddingEndpoint(model.url, token: token)), timeout: .seconds(20))
    }

    @Test func vectorsComeInTheOrderOfTheTexts() async throws {
        let model = try await FakeModel()
        let texts = ["电梯坏了", "the lift is broken", "水管漏水"]
        let vectors = try await Self.client(model).vectors(of: texts)
        #expect(vectors == texts.compactMap { MeaningVector(FakeModel.vector($0)) })
        #expect(model.asked == [texts])
        try await model.stop()
    }

    @Test func tokenIsSentAsBearer() async throws {
        let model = try await FakeModel()
        _ = try await Self.client(model, token: "secret").vectors(of: ["a"])
        _ = try await Self.client(model).vectors(of: ["a"])
        #expect(model.tokens == ["Bearer secret", nil])
        try await model.stop()
    }

    @Test(arguments: [FakeModel.Answer.tooFew, .garbage, .zeros, .ragged])
    func answerOfAnotherShapeIsUnusable(_ answer: FakeModel.Answer) async throws {
        let model = try await FakeModel(answer)
        let client = try Self.client(model)
        await #expect {
            _ = try await client.vectors(of: ["一", "二"])
        } throws: { error in
            guard case EmbeddingFailure.unusable? = error as? EmbeddingFailure else { return false }
            return true
        }
        try await model.stop()
    }

    @Test func statusIsToldWithTheAddress() async throws {
        let model = try await FakeModel(.status(500))
        let client = try Self.client(model)
        await #expect(throws: EmbeddingFailure.refused(client.endpoint, status: 500)) {
            _ = try await client.vectors(of: ["一"])
        }
        try await model.stop()
    }

    @Test func serverThatSaysNothingIsGivenUp() async throws {
        let model = try await FakeModel(.silence)
        let client = EmbeddingClient(try #require(EmbeddingEndpoint(model.url)), timeout: .milliseconds(50))
        await #expect(throws: EmbeddingFailure.slow(client.endpoint, seconds: 0)) {
            _ = try await client.vectors(of: ["一"])
        }
        try await model.stop()
    }

    @Test func serverThatHangsUpOrIsNotThereFails() async throws {
        let model = try await FakeModel(.hangUp)
        let client = try Self.client(model)
        await #expect(throws: EmbeddingFailure.self) { _ = try await client.vectors(of: ["一"]) }
        try await model.stop()
        await #expect(throws: EmbeddingFailure.self) { _ = try await client.vectors(of: ["一"]) }
    }

    @Test(arguments: [
        "https://api.example/v1", "ftp://a", "http://", "http://user@host/v1", "http://host:0/v1", "http://host:x",
        "http://host/v1?key=1", "http://a b/", "127.0.0.1:8000",
    ])
    func addressThatIsNoneIsRefused(_ url: String) {
        #expect(EmbeddingEndpoint(url) == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1/embeddings"),
        ("http://model.example/v1/", "http://model.example:80/v1/embeddings"),
        ("http://[::1]:81", "http://[::1]:81/embeddings"),
        ("http://host:8000/v1/embeddings", "http://host:8000/v1/embeddings"),
    ])
    func addressMayLeaveOutTheEnd(_ url: String, _ full: String) {
        #expect(EmbeddingEndpoint(url)?.description == full)
    }
}
