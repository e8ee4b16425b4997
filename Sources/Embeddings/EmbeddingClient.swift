import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
package import Recurrence

/// Asks a model what texts mean.
package struct EmbeddingClient: Sendable {
    package let endpoint: EmbeddingEndpoint
    /// For one request, the connection made for it too.
    private let timeout: Duration

    /// Texts of one request at the most.
    package static let batch = 32
    /// An answer is no longer than this for each of its texts, in bytes.
    private static let answerLimit = 1 << 18

    package init(_ endpoint: EmbeddingEndpoint, timeout: Duration = .seconds(60)) {
        self.endpoint = endpoint
        self.timeout = timeout
    }

    /// A vector for each text, in their order, all of the same dimensions.
    package func vectors(of texts: [String]) async throws(EmbeddingFailure) -> [MeaningVector] {
        guard !texts.isEmpty else { return [] }
        let body: [UInt8]
        do {
            body = Array(try JSONEncoder().encode(Question(model: endpoint.model, input: texts)))
        } catch {
            throw .unusable(endpoint, reason: "the question cannot be put as JSON")
        }
        let answer = try await ask(body, limit: texts.count * Self.answerLimit)
        return try read(answer, count: texts.count)
    }

    private struct Question: Encodable {
        var model: String
        var input: [String]
        var encoding_format = "float"
    }

    private struct Answer: Decodable {
        struct Item: Decodable {
            var index: Int?
            var embedding: [Float]
        }
        var data: [Item]
    }

    private func read(_ body: Data, count: Int) throws(EmbeddingFailure) -> [MeaningVector] {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: body)
        } catch {
            throw .unusable(endpoint, reason: "the answer is not the JSON of embeddings")
        }
        guard answer.data.count == count else {
            throw .unusable(endpoint, reason: "\(answer.data.count) vectors for \(count) texts")
        }
        var vectors = [MeaningVector?](repeating: nil, count: count)
        for (place, item) in answer.data.enumerated() {
            let index = item.index ?? place
            guard vectors.indices.contains(index), vectors[index] == nil else {
                throw .unusable(endpoint, reason: "vectors are numbered wrongly")
            }
            guard let vector = MeaningVector(item.embedding) else {
                throw .unusable(endpoint, reason: "a vector is empty or no direction")
            }
            vectors[index] = vector
        }
        let found = vectors.compactMap { $0 }
        guard Set(found.map(\.components.count)).count == 1 else {
            throw .unusable(endpoint, reason: "vectors differ in length")
        }
        return found
    }

    // MARK: HTTP

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private func ask(_ body: [UInt8], limit: Int) async throws(EmbeddingFailure) -> Data {
        let amount = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
        do {
            let connection: Connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(min(amount, .seconds(10)))
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
            let channel = connection.channel
            // Whoever waits is told by the end of the stream.
            let alarm = channel.eventLoop.scheduleTask(in: amount) { channel.close(promise: nil) }
            defer { alarm.cancel() }
            return try await connection.executeThenClose { inbound, outbound in
                try await outbound.write(contentsOf: [
                    .head(head(body.count)), .body(.byteBuffer(ByteBuffer(bytes: body))),
                ])
                try await outbound.write(.end(nil))
                return try await answer(inbound, limit: limit)
            }
        } catch let failure as EmbeddingFailure {
            throw failure
        } catch {
            throw .unreachable(endpoint, reason: Self.words(error))
        }
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            if error.dnsAError != nil, error.connectionErrors.isEmpty { return "no such host" }
            return error.connectionErrors.first.map { words($0.error) } ?? "no connection"
        }
        return (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    private func head(_ length: Int) -> HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: endpoint.path)
        head.headers.add(name: "Host", value: endpoint.authority)
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: String(length))
        head.headers.add(name: "Connection", value: "close")
        if let token = endpoint.token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return head
    }

    private func answer(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, limit: Int) async throws
        -> Data
    {
        var body = Data()
        for try await part in inbound {
            switch part {
            case .head(let head):
                guard (200..<300).contains(Int(head.status.code)) else {
                    throw EmbeddingFailure.refused(endpoint, status: Int(head.status.code))
                }
            case .body(let bytes):
                body.append(contentsOf: bytes.readableBytesView)
                guard body.count <= limit else {
                    throw EmbeddingFailure.unusable(endpoint, reason: "the answer is longer than \(limit) bytes")
                }
            case .end: return body
            }
        }
        throw EmbeddingFailure.slow(endpoint, seconds: Int(timeout.components.seconds))
    }
}
