import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Platform
import ServiceLifecycle

/// Headquarters' `/metrics`, on a loopback address. A token is asked for, as any program of the machine reaches it; names of
/// other hosts are refused, as a web page could have made a browser send them.
struct MetricsServer: Service {
    let listening: AggregatorConfiguration.Metrics
    /// SHA256 of the token.
    let tokenDigest: [UInt8]
    let metrics: @Sendable () async throws -> String
    let logger: Logger

    /// Reads the token.
    init(
        _ listening: AggregatorConfiguration.Metrics, logger: Logger,
        metrics: @escaping @Sendable () async throws -> String
    ) throws {
        self.listening = listening
        self.metrics = metrics
        self.logger = logger
        let token = try KeyFile.read(listening.tokenFile)
        guard token.utf8.count >= 16 else {
            throw KeyFile.Fault(path: listening.tokenFile, reason: "a token has 16 characters at least")
        }
        tokenDigest = Array(SHA256.hash(data: Array(token.utf8)))
    }

    func run() async throws {
        let router = Router()
        router.get("/metrics") { request, _ in
            guard isOurHost(request.head.authority), request.headers[.origin] == nil else {
                throw HTTPError(.forbidden, message: "the Host must be this loopback address and port")
            }
            guard isAuthorised(request.headers[.authorization]) else {
                throw HTTPError(.unauthorized, message: "send `Authorization: Bearer TOKEN`")
            }
            let text = try await metrics()
            return Response(
                status: .ok, headers: [.contentType: MetricsText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(listening.host, port: listening.port)),
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            // Nobody's records wait for metrics.
            logger.error(
                "metrics are off", metadata: ["address": "\(listening.host):\(listening.port)", "error": "\(error)"])
        }
    }

    private func isOurHost(_ host: String?) -> Bool {
        ["127.0.0.1", "localhost", "[::1]"].contains { "\($0):\(listening.port)" == host?.lowercased() }
    }

    /// Compares in full, so that the time tells nothing.
    private func isAuthorised(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let digest = Array(SHA256.hash(data: Array(authorization.dropFirst(7).utf8)))
        return zip(digest, tokenDigest).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
