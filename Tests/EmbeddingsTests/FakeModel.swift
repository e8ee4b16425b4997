import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on loopback that speaks just enough of OpenAI's /embeddings, and fails as it is told.
final class FakeModel: Sendable {
    enum Answer: Sendable {
        /// What the texts mean: a direction for each.
        case honest
        case status(Int)
        /// One vector too few.
        case tooFew
        /// Not JSON.
        case garbage
        /// A vector of zeros.
        case zeros
        /// The first vector has one dimension more.
        case ragged
        /// Nothing, and the connection stays open.
        case silence
        /// The connection ends before the answer does.
        case hangUp
        /// An honest answer unless a text contains this; then status 500.
        case refusing(String)
    }

    struct State {
        var answer: Answer
        var asked: [[String]] = []
        var tokens: [String?] = []
    }

    let port: Int
    private let channel: any Channel
    private let state: Shared

    final class Shared: Sendable {
        let state: Mutex<State>
        init(_ answer: Answer) { state = Mutex(State(answer: answer)) }
    }

    init(_ answer: Answer = .honest, port: Int = 0) async throws {
        let shared = Shared(answer)
        state = shared
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(FakeModelHandler(shared))
                }
            }.bind(host: "127.0.0.1", port: port).get()
        self.port = channel.localAddress?.port ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)/v1" }

    /// The texts of each request.
    var asked: [[String]] { state.state.withLock { $0.asked } }
    var tokens: [String?] { state.state.withLock { $0.tokens } }

    func answer(_ answer: Answer) { state.state.withLock { $0.answer = answer } }

    func stop() async throws { try await channel.close() }

    /// The same for the same text; texts of the same first character are near one another.
    static func vector(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0.05, count: 16)
        let first = text.unicodeScalars.first.map { Int($0.value) } ?? 0
        vector[first % 16] = 1
        vector[text.unicodeScalars.reduce(0) { ($0 * 31 + Int($1.value)) % 16 }] += 0.2
        return vector
    }
}

private final class FakeModelHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Question: Decodable { var input: [String] }

    private let shared: FakeModel.Shared
    private var body = Data()
    private var token: String?

    init(_ shared: FakeModel.Shared) { self.shared = shared }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (body, token) = (Data(), head.headers.first(name: "Authorization"))
        case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        // What is no question is answered as one without texts.
        let texts = (try? JSONDecoder().decode(Question.self, from: body).input) ?? []
        let answer = shared.state.withLock { state in
            state.asked.append(texts)
            state.tokens.append(token)
            return state.answer
        }
        var vectors = texts.map(FakeModel.vector)
        switch answer {
        case .honest: break
        case .status(let status): return reply(context, status, "{}")
        case .tooFew: vectors.removeLast()
        case .garbage: return reply(context, 200, "<html>")
        case .zeros: vectors[0] = vectors[0].map { _ in 0 }
        case .ragged: vectors[0].append(1)
        case .silence: return
        case .hangUp:
            context.close(promise: nil)
            return
        case .refusing(let word): if texts.contains(where: { $0.contains(word) }) { return reply(context, 500, "{}") }
        }
        // The last one first: what counts is the index.
        let items = vectors.enumerated().reversed().map { #"{"index":\#($0),"embedding":\#($1)}"# }
        reply(context, 200, #"{"object":"list","data":[\#(items.joined(separator: ","))]}"#)
    }

    private func reply(_ context: ChannelHandlerContext, _ status: Int, _ text: String) {
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
        head.headers.add(name: "Content-Length", value: String(text.utf8.count))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
