import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The agent's HTTP interface, on one address; described by `Protocol/http.yaml`.
package struct AgentServer: Service {
    /// Where it listens.
    package enum Address: Sendable, CustomStringConvertible {
        /// A Unix socket; others than the agent's own user may connect when `isShared`, and are then looked up.
        case socket(String, isShared: Bool)
        /// A loopback address; port 0 is any that is free.
        case tcp(host: String, port: Int)

        package var description: String {
            switch self {
            case .socket(let path, _): path
            case .tcp(let host, let port): "\(host):\(port)"
            }
        }
    }

    /// Why it cannot listen.
    package struct ListenError: Error, CustomStringConvertible {
        package let description: String
    }

    /// Greatest number of connections at a time; further ones wait.
    private static let connectionLimit = 512
    /// Connections without a request for so long are closed.
    private static let idleTimeout: TimeAmount = .minutes(5)

    private let address: Address
    private let routes: AgentRoutes
    private let authenticator: Authenticator
    private let logger: Logger
    private let onRunning: @Sendable (_ port: Int?) -> Void

    /// - Parameter onRunning: called once it listens, with its TCP port.
    package init(
        _ address: Address, routes: AgentRoutes, authenticator: Authenticator, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int?) -> Void = { _ in }
    ) {
        self.address = address
        self.routes = routes
        self.authenticator = authenticator
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        if case .socket(let path, _) = address { try checkFree(path) }
        let router = Router(context: AgentContext.self)
        router.add(middleware: Gate(authenticator: authenticator))
        routes.add(to: router)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            router: router, server: Self.http,
            configuration: ApplicationConfiguration(
                address: bindAddress,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)),
            onServerRunning: { channel in
                if case .socket(let path, let isShared) = address { chmod(path, isShared ? 0o666 : 0o600) }
                logger.info("listening", metadata: ["address": "\(address)"])
                onRunning(channel.localAddress?.port)
            },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ListenError(
                description: "\(address) is in use by another program; stop it, or give another port in http.listen")
        } catch let error as IOError {
            throw ListenError(description: "\(address) cannot be listened on: \(error)")
        }
        if case .socket(let path, _) = address { unlink(path) }
    }

    private var bindAddress: BindAddress {
        switch address {
        case .socket(let path, _): .unixDomainSocket(path: path)
        case .tcp(let host, let port): .hostname(host, port: port)
        }
    }

    private static var http: HTTPServerBuilder {
        HTTPServerBuilder { responder in
            LoopChannel(
                HTTP1Channel(
                    responder: responder,
                    configuration: HTTP1Channel.Configuration(
                        idleTimeout: idleTimeout,
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))))
        }
    }

    /// A socket left by a crash is replaced; one that somebody listens on is not.
    private func checkFree(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let address = try SocketAddress(unixDomainSocketPath: path)
        let code = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        if code == 0 { throw ListenError(description: "\(path): another agent listens on this socket; stop it first") }
    }
}
