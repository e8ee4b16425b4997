import Agent
import Foundation
import Platform
import Records
import Replication
import StrictYAML
import SwiftProtobuf
import ZeroMQ

/// Where headquarters is and with which key an administrator speaks to it.
///
///     headquarters:
///       endpoint: tcp://127.0.0.1:7410
///       key: Z85 text of headquarters' public key
///     key-file: admin.curve                 # mode 0600
struct AdministratorConfiguration: Sendable {
    var endpoint = ""
    var headquartersKey = ""
    var keyFile = ""

    /// What headquarters last said of how it is reached, beside the key; written by the program.
    var pins: PinFile { PinFile(keyFile + ".headquarters") }

    /// The file that is read when none is named: `$HUIYIN_ADMIN`, else `~/.config/huiyin/admin.yaml`.
    static var standardFile: String {
        let environment = ProcessInfo.processInfo.environment
        return environment["HUIYIN_ADMIN"] ?? (environment["HOME"] ?? "") + "/.config/huiyin/admin.yaml"
    }

    static func read(_ file: String) throws -> AdministratorConfiguration {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw CommandFailure(
                "there is no administrator's configuration at \(file); name one with --admin or $HUIYIN_ADMIN "
                    + "(`huiyin aggregator init` writes one)")
        }
        let base = URL(fileURLWithPath: file).deletingLastPathComponent().path
        return try YAMLReader.read(text, file: file) { reader in
            reader.require("headquarters", "key-file")
            var configuration = AdministratorConfiguration()
            _ = reader.object("headquarters") { reader in
                reader.require("endpoint", "key")
                configuration.endpoint = reader.string("endpoint") ?? ""
                configuration.headquartersKey = reader.string("key") ?? ""
            }
            let path = reader.string("key-file") ?? ""
            configuration.keyFile = path.hasPrefix("/") ? path : base + "/" + path
            return configuration
        }
    }
}

/// A connection to headquarters with an administrator's key; used by one thread, closed at the end.
final class AdministratorLink {
    /// Why there is no connection.
    enum Fault: Error, CustomStringConvertible {
        case refused(String)
        case unreachable(String)
        case lost(String)

        var description: String {
            switch self {
            case .refused(let endpoint):
                "\(endpoint) refused this key; add it there with `huiyin administrator add`, and compare headquarters' key"
            case .unreachable(let endpoint): "nothing answers at \(endpoint); is the aggregator running?"
            case .lost(let endpoint): "the connection to \(endpoint) ended"
            }
        }
    }

    private let context: Context
    private let socket: Socket
    private let monitor: SocketMonitor
    private let endpoint: String
    private let pins: PinFile
    private var number: UInt64 = 0

    /// Connects and waits for the handshake: by the ways that headquarters told, then by the configuration's.
    static func open(
        _ configuration: AdministratorConfiguration, timeout: Duration = .seconds(5)
    ) throws -> AdministratorLink {
        let keys: CurveKeyPair
        do {
            keys = try CurveKeyPair(secretKey: CurveSecretKey(z85: try KeyFile.read(configuration.keyFile)))
        } catch let error as CurveKeyError {
            throw CommandFailure("\(configuration.keyFile): \(error)")
        }
        let serverKey: CurvePublicKey
        do {
            serverKey = try CurvePublicKey(z85: configuration.headquartersKey)
        } catch {
            throw CommandFailure("headquarters' key in the administrator's configuration: \(error)")
        }
        let known = try configuration.pins.read()
        let configured = HeadquartersWay(endpoint: configuration.endpoint, key: serverKey)
        var ways = known?.usableWays ?? []
        if !ways.contains(configured) { ways.append(configured) }
        let context = try Context(maxSockets: 16)
        var fault: (any Error)?
        for way in ways {
            do {
                let (socket, monitor) = try connect(way, keys, context, timeout)
                let link = AdministratorLink(context, socket, monitor, way.endpoint, configuration.pins)
                try link.tellPins(known?.serial ?? 0)
                return link
            } catch {
                fault = error
            }
        }
        try? context.close()  // its sockets are closed, so that the only error cannot occur
        throw fault ?? Fault.unreachable(configuration.endpoint)
    }

    private init(
        _ context: Context, _ socket: Socket, _ monitor: SocketMonitor, _ endpoint: String, _ pins: PinFile
    ) {
        self.context = context
        self.socket = socket
        self.monitor = monitor
        self.endpoint = endpoint
        self.pins = pins
    }

    private static func connect(
        _ way: HeadquartersWay, _ keys: CurveKeyPair, _ context: Context, _ timeout: Duration
    ) throws -> (Socket, SocketMonitor) {
        var options = Socket.Options()
        options.security = .curveClient(keys, serverKey: way.key)
        options.maxMessageSize = ReplicationProtocol.greatestMessage
        let socket = try Socket(context, .dealer, options: options)
        let monitor = try SocketMonitor(socket)
        do {
            try socket.connect(to: way.endpoint)
            try waitForHandshake(monitor, way.endpoint, timeout)
            return (socket, monitor)
        } catch {
            monitor.close()
            socket.close()
            throw error
        }
    }

    private static func waitForHandshake(
        _ monitor: SocketMonitor, _ endpoint: String, _ timeout: Duration
    ) throws {
        let end = ContinuousClock.now + timeout
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero, let event = try monitor.nextEvent(timeout: left) else {
                throw Fault.unreachable(endpoint)
            }
            switch event.kind {
            case .handshakeSucceeded: return
            case .handshakeFailedAuth, .handshakeFailedNoDetail, .handshakeFailedProtocol: throw Fault.refused(endpoint)
            case .closed, .disconnected: throw Fault.unreachable(endpoint)
            default: continue
            }
        }
    }

    /// Says which pins are kept here; headquarters answers with newer ones, if there are any.
    private func tellPins(_ serial: UInt64) throws {
        var message = Exchange()
        message.keys.kept = serial
        try send(message)
    }

    /// What came over this connection was said by who holds the key that is kept. A file that cannot be written is no reason
    /// to fail: it is told again.
    private func keep(_ keys: Exchange.Keys) {
        guard keys.hasPins, (try? Pins(serializedBytes: keys.pins.pins)) != nil else { return }
        do {
            try pins.write(keys.pins)
        } catch {
            Console.note("headquarters is reached in another way from now on, and that cannot be kept: \(error)")
        }
    }

    /// Asks for a method and decodes the answer.
    func request<Answer: Decodable>(
        _ method: String, _ arguments: some Encodable, timeout: Duration = .seconds(600),
        as type: Answer.Type = Answer.self
    ) throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: try requestData(method, arguments, timeout: timeout))
    }

    /// Asks for a method; returns the JSON of the answer.
    func requestData(_ method: String, _ arguments: some Encodable, timeout: Duration = .seconds(600)) throws -> Data {
        number += 1
        var message = Exchange()
        message.request.number = number
        message.request.method = method
        message.request.arguments = String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self)
        try send(message)
        let end = ContinuousClock.now + timeout
        var result = Data()
        while true {
            guard let answer = try receive(until: end) else {
                throw CommandFailure("headquarters did not answer `\(method)` within \(timeout)")
            }
            guard case .answer(let body) = answer.body, body.number == number else { continue }
            guard body.error.isEmpty else { throw CommandFailure(body.error) }
            result.append(contentsOf: body.result.utf8)
            if !body.more { return result }
        }
    }

    func send(_ message: Exchange) throws {
        guard try socket.send([Message(message.frame())], timeout: .seconds(5)) == .sent else {
            throw Fault.lost(endpoint)
        }
    }

    /// The next message; nil when none came in time. Throws when the connection ended.
    func receive(until end: ContinuousClock.Instant) throws -> Exchange? {
        while true {
            let left = min(end - ContinuousClock.now, .milliseconds(500))
            guard left > .zero else { return nil }
            if let message = try socket.receive(timeout: left) {
                let exchange = try message.frames[message.frames.count - 1].withUnsafeBytes {
                    bytes throws(MalformedMessage) in
                    try Exchange(frame: bytes)
                }
                switch exchange.body {
                // The key belongs to a site, or to nobody any more.
                case .reset, .bye: throw Fault.refused(endpoint)
                case .keys(let keys): keep(keys)
                default: return exchange
                }
            }
            while let event = try monitor.nextEvent(timeout: .zero) {
                switch event.kind {
                case .disconnected, .closed: throw Fault.lost(endpoint)
                default: continue
                }
            }
        }
    }

    func close() {
        monitor.close()
        socket.close()
        try? context.close()  // its sockets are closed, so that the only error cannot occur
    }
}
