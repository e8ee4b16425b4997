import Foundation
import Logging
import Records
import Recurrence
import Testing

@testable import Embeddings

struct MeaningSourceTests {
    private static func path() -> String {
        FileManager.default.temporaryDirectory.path + "/embeddings-\(UUID()).sqlite"
    }

    private static func texts(_ titles: [String]) -> [IssueText] {
        titles.enumerated().map { number, title in
            IssueText(id: RecordID(high: 0, low: UInt64(number)), time: 0, site: "north", title: title)
        }
    }

    private static func source(_ model: FakeModel, _ path: String) throws -> MeaningSource {
        let endpoint = try #require(EmbeddingEndpoint(model.url))
        return MeaningSource(client: EmbeddingClient(endpoint, timeout: .seconds(20)), cache: try EmbeddingCache(path))
    }

    @Test func eachTextIsAskedAboutOnce() async throws {
        let model = try await FakeModel()
        let path = Self.path()
        let texts = Self.texts(["电梯经常停运", "the lift stops again", "电梯经常停运"])
        let source = try Self.source(model, path)
        let first = try source.find(texts)
        #expect(first.meanings.count == 0)
        #expect(first.missingCount == MeaningBackground.sentences.count + 2)
        let outcome = try await source.ask(first.missing)
        #expect(outcome.failure == nil)
        try source.close()
        // The file is opened again: nothing is left to be asked.
        let again = try Self.source(model, path)
        let second = try again.find(texts)
        #expect(second.missing.isEmpty)
        #expect(second.meanings.count == 3)
        #expect(model.asked.joined().count == first.missingCount)
        #expect(model.asked.allSatisfy { $0.count <= EmbeddingClient.batch })
        try again.close()
        try await model.stop()
    }

    @Test func anotherModelsVectorsAreNotTaken() async throws {
        let model = try await FakeModel()
        let path = Self.path()
        let source = try Self.source(model, path)
        _ = try await source.ask(source.find(Self.texts(["电梯经常停运"])).missing)
        try source.close()
        let other = try #require(EmbeddingEndpoint(model.url, model: "other"))
        let changed = MeaningSource(client: EmbeddingClient(other), cache: try EmbeddingCache(path))
        #expect(try changed.find(Self.texts(["电梯经常停运"])).meanings.count == 0)
        try changed.close()
        try await model.stop()
    }

    @Test func whatNoTextHasAnyMoreIsForgotten() async throws {
        let model = try await FakeModel()
        let path = Self.path()
        let source = try Self.source(model, path)
        let both = Self.texts(["电梯经常停运", "请删除我的话"])
        _ = try await source.ask(source.find(both).missing)
        _ = try source.find([both[0]], isComplete: true)
        try source.close()
        let cache = try EmbeddingCache(path)
        #expect(try cache.count == MeaningBackground.sentences.count + 1)
        try cache.close()
        try await model.stop()
    }

    @Test func textThatTheModelRefusesKeepsNoOtherBack() async throws {
        let model = try await FakeModel(.refusing("毒"))
        let source = try Self.source(model, Self.path())
        let texts = Self.texts(["电梯经常停运", "有毒的文字内容", "水管经常漏水"])
        let outcome = try await source.ask(source.find(texts).missing)
        #expect(outcome.failure == nil)
        #expect(outcome.refused.map(\.gist) == ["有毒的文字内容"])
        #expect(try source.find(texts).missingCount == 1)
        try source.close()
        try await model.stop()
    }

    @Test func phoneNumbersAreNotSent() async throws {
        let model = try await FakeModel()
        let source = try Self.source(model, Self.path())
        _ = try await source.ask(source.find(Self.texts(["请打我电话13800138000处理电梯"])).missing)
        #expect(!model.asked.joined().contains { $0.contains("13800138000") })
        try source.close()
        try await model.stop()
    }

    @Test func deskGoesOnWhenTheModelIsBack() async throws {
        let model = try await FakeModel(.status(503))
        let source = try Self.source(model, Self.path())
        let desk = MeaningDesk(
            source, logger: Logger(label: "test"), rest: (.milliseconds(1), .milliseconds(2)))
        let texts = Self.texts(["电梯经常停运", "水管经常漏水"])
        #expect(try desk.meanings(of: texts).count == 0)
        let (news, teller) = AsyncStream.makeStream(of: Void.self)
        let running = Task { await desk.run { teller.yield() } }
        while desk.status.state != "away" { await Task.yield() }
        #expect(desk.status.missing == MeaningBackground.sentences.count + 2)
        #expect(desk.status.reason?.contains("503") == true)
        model.answer(.honest)
        for await _ in news {
            if try desk.meanings(of: texts).count == 2 { break }
        }
        while desk.status.state != "ready" { await Task.yield() }
        #expect(desk.status.missing == 0)
        #expect(desk.status.reason == nil)
        running.cancel()
        await running.value
        try desk.close()
        try await model.stop()
    }
}
