package import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
package import SwiftProtobuf

/// Speaks to a running agent: HTTP/1.1 over its Unix socket or TCP.
package struct AgentClient: Sendable {
    /// Where an agent is.
    package enum Address: Hashable, Sendable, CustomStringConvertible {
        case socket(String)
        case tcp(host: String, port: Int, token: String)

        package var description: String {
            switch self {
            case .socket(let path): path
            case .tcp(let host, let port, _): "\(host):\(port)"
            }
        }
    }

    /// What the agent said.
    package struct Answer: Sendable {
        package var status: Int
        /// JSON.
        package var body: Data

        package var isSuccess: Bool { (200..<300).contains(status) }

        /// The body as an object; empty when it is none.
        package var fields: [String: Google_Protobuf_Value] {
            // An answer that is no object has no fields.
            (try? Google_Protobuf_Struct(jsonUTF8Data: body).fields) ?? [:]
        }

        /// The agent's own words for what went wrong, if any.
        package var message: String? {
            guard case .structValue(let error)? = fields["error"]?.kind else { return nil }
            return error.fields["message"]?.stringValue
        }
    }

    /// Why the agent could not be asked, and what to do about it.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package let address: Address

    package init(_ address: Address) { self.address = address }

    /// Asks once.
    package func ask(_ method: String, _ path: String, body: Data = Data(), type: String = "application/json")
        async throws
        -> Answer
    {
        try await withConnection { connection in try await connection.ask(method, path, body: body, type: type) }
    }

    /// What `GET /v1/status` says, as the JSON that it is.
    package func status() async throws -> Data {
        let answer = try await ask("GET", "/v1/status")
        guard answer.isSuccess else {
            throw Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
        return answer.body
    }

    /// Has the agent replace the site's keys.
    package func rotateKeys() async throws {
        let answer = try await ask("POST", "/v1/keys/rotation")
        guard answer.isSuccess else {
            throw Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
    }

    /// Keeps one connection for several questions, one after the other.
    package func withConnection<Value: Sendable>(
        _ body: (inout AgentConnection) async throws -> Value
    ) async throws -> Value {
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            var connection = AgentConnection(inbound: inbound.makeAsyncIterator(), outbound: outbound, address: address)
            return try await body(&connection)
        }
    }

    private func connect() async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(10))
        let initializer:
            @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>> =
                {
                    channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        do {
            switch address {
            case .socket(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initializer)
            case .tcp(let host, let port, _):
                return try await bootstrap.connect(host: host, port: port, channelInitializer: initializer)
            }
        } catch {
            throw Failure(description: reason(error))
        }
    }

    private func reason(_ error: any Error) -> String {
        guard case .socket(let path) = address else {
            return
                "no agent answers at \(address): \(error); is it running, and is http.listen set in its configuration?"
        }
        switch (error as? IOError)?.errnoCode {
        case ENOENT:
            return
                "is the agent running? There is no socket at \(path); start it with `huiyin agent run`, or name its socket with --socket or its configuration with --config"
        case ECONNREFUSED: return "is the agent running? Nobody listens on \(path); start it with `huiyin agent run`"
        case EACCES, EPERM:
            return "\(path) may not be used by this user; run as the agent's user, or ask for an entry in its `users`"
        default: return "no agent answers at \(path): \(error)"
        }
    }
}

/// One connection to an agent.
package struct AgentConnection {
    private var inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    private let address: AgentClient.Address

    init(
        inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>, address: AgentClient.Address
    ) {
        self.inbound = inbound
        self.outbound = outbound
        self.address = address
    }

    /// Asks and waits for the whole answer.
    /// - Parameter headers: further fields, which replace those of the same name.
    package mutating func ask(
        _ method: String, _ path: String, body: Data = Data(), type: String = "application/json",
        headers: [(String, String)] = []
    ) async throws -> AgentClient.Answer {
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers.add(name: "Content-Length", value: String(body.count))
        if !body.isEmpty { head.headers.add(name: "Content-Type", value: type) }
        switch address {
        case .socket: head.headers.add(name: "Host", value: "localhost")
        case .tcp(let host, let port, let token):
            head.headers.add(name: "Host", value: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
            head.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
        try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil)])
        var answer: AgentClient.Answer?
        while let part = try await inbound.next() {
            switch part {
            case .head(let head): answer = AgentClient.Answer(status: Int(head.status.code), body: Data())
            case .body(let bytes): answer?.body.append(contentsOf: bytes.readableBytesView)
            case .end:
                if let answer { return answer }
            }
        }
        throw AgentClient.Failure(
            description: "the agent at \(address) closed the connection before it answered; see its log")
    }
}
