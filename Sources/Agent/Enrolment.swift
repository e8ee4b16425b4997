import Foundation
import Glibc
import Platform
package import Records
import Replication
import ZeroMQ

/// Joins a branch by a one-time code: makes its keys here, where the private ones stay, has the public ones registered, and
/// writes the agent's configuration. What is done may be done again: the keys are made once, and the same ones get the same
/// answer.
package struct Enrolment {
    /// How long headquarters may take to answer at one endpoint.
    private static let patience: Duration = .seconds(10)

    package let code: EnrolmentCode
    package let site: SiteID
    package let folder: String
    private let version: String

    /// What was made.
    package struct Made {
        package var configuration: String
        package var token: String
        /// What people call the site.
        package var name: String
        /// The configuration was there, and is as it was.
        package var isKnown: Bool
    }

    /// Why the branch did not join.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - folder: where the agent keeps its things.
    ///   - version: the program's.
    package init(_ code: EnrolmentCode, folder: String, version: String) throws {
        self.code = code
        self.folder = folder
        self.version = version
        site = try SiteID(code.site)
    }

    /// Blocks until headquarters answered.
    package func run() throws -> Made {
        let file = folder + "/agent.yaml"
        let isKnown = access(file, F_OK) == 0
        let keys = isKnown ? try keysOfAgent(file) : try newKeys()
        let answer = try ask(keys.curve, keys.signing)
        guard let receiptKey = LogVerifyingKey(bytes: code.receiptKey),
            let pins = answer.pins.verified(by: [receiptKey]),
            !pins.usableWays.isEmpty, answer.organisationKey.count == 32, answer.site == site.text
        else { throw Fault(description: "headquarters' answer cannot be believed: its signature or a key is missing") }
        try keep(Hexadecimal.text(answer.organisationKey), in: keys.paths.organisation)
        try PinFile(keys.paths.headquarters).write(answer.pins)
        let token = folder + "/keys/token"
        if !isKnown {
            if access(token, F_OK) != 0 { try KeyFile.create(token, AgentSetup.secret()) }
            var setup = AgentSetup(site: site, folder: folder)
            setup.zone = TimeZoneRules(answer.timeZone)
            let ways = pins.usableWays
            setup.headquarters = (ways.filter { $0.key == ways[0].key }.map(\.endpoint), ways[0].key.z85)
            // Last: from here on the agent can be started.
            try KeyFile.create(file, setup.text)
        }
        return Made(configuration: file, token: token, name: answer.name, isKnown: isKnown)
    }

    private struct Keys {
        var paths: AgentConfiguration.Keys
        var curve: CurveKeyPair
        var signing: LogSigningKey
    }

    /// An agent that is there already keeps its keys: it is let in again, or learns anew how headquarters is reached.
    private func keysOfAgent(_ file: String) throws -> Keys {
        let configuration = try AgentConfiguration.read(file: file)
        guard configuration.site == site else {
            throw Fault(
                description: "\(file) is of site \(configuration.site), the code is of \(site); choose another folder")
        }
        let keys = try AgentKeys(configuration.keys)
        return Keys(paths: configuration.keys, curve: keys.curve, signing: keys.signing)
    }

    /// The keys of a run that was cut off before, or new ones.
    private func newKeys() throws -> Keys {
        let paths = AgentConfiguration.Keys(folder: folder)
        if access(folder + "/log.sqlite", F_OK) == 0, access(paths.curve, F_OK) != 0 {
            throw Fault(
                description:
                    "\(folder) holds a log and no keys; a log is not taken over by a new agent. Choose another folder")
        }
        try FileManager.default.createDirectory(
            atPath: folder + "/keys", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if access(paths.curve, F_OK) != 0 { try KeyFile.create(paths.curve, CurveKeyPair.generate().secretKey.z85) }
        if access(paths.signing, F_OK) != 0 {
            try KeyFile.create(paths.signing, Hexadecimal.text(LogSigningKey().bytes))
        }
        let (curve, signing) = try AgentKeys.pair(paths)
        return Keys(paths: paths, curve: curve, signing: signing)
    }

    /// The organisation's key must be the same for ever: another one would make other pseudonyms of the same customers.
    private func keep(_ key: String, in path: String) throws {
        guard access(path, F_OK) == 0 else { return try KeyFile.create(path, key) }
        guard try KeyFile.read(path) == key else {
            throw Fault(
                description:
                    "key file \(path): headquarters has another organisation's key; this site's records would not "
                    + "fit to those of the others. Choose another folder, or find out which key is the right one")
        }
    }

    // MARK: Asking headquarters

    private func ask(_ curve: CurveKeyPair, _ signing: LogSigningKey) throws -> Exchange.Enrolled {
        let serverKey = try CurvePublicKey(code.curveKey)
        var enrol = Exchange.Enrol()
        enrol.site = site.text
        enrol.secret = code.secret
        enrol.signingKey = Data(signing.verifyingKey.bytes)
        enrol.programVersion = version
        enrol.proof = try signing.prove(
            .enrolment(of: site, curveKey: curve.publicKey.bytes, signingKey: signing.verifyingKey, secret: code.secret)
        )
        var troubles: [String] = []
        for endpoint in code.endpoints {
            do {
                let answer = try ask(enrol, at: endpoint, curve, serverKey)
                guard answer.refusal == .unspecified else {
                    throw Fault(description: answer.refusal.sentence + answer.detail.suffix)
                }
                return answer
            } catch let trouble as Unreachable {
                troubles.append("\(endpoint): \(trouble.reason)")
            }
        }
        throw Fault(
            description:
                "headquarters does not answer where the code says: \(troubles.joined(separator: "; ")). Is the way "
                + "there open, and the code of today's headquarters? It may be tried again")
    }

    private struct Unreachable: Error { var reason: String }

    private func ask(
        _ enrol: Exchange.Enrol, at endpoint: String, _ keys: CurveKeyPair, _ serverKey: CurvePublicKey
    ) throws -> Exchange.Enrolled {
        let context = try Context(maxSockets: 8)
        var options = Socket.Options()
        options.security = .curveClient(keys, serverKey: serverKey)
        options.maxMessageSize = ReplicationProtocol.greatestMessage
        let socket = try Socket(context, .dealer, options: options)
        let monitor = try SocketMonitor(socket)
        defer {
            monitor.close()
            socket.close()
            try? context.close()  // its sockets are closed, so that the only error cannot occur
        }
        try socket.connect(to: endpoint)
        let end = ContinuousClock.now + Self.patience
        try waitForHandshake(monitor, until: end)
        var message = Exchange()
        message.enrol = enrol
        guard try socket.send([Message(message.frame())], timeout: .seconds(5)) == .sent else {
            throw Unreachable(reason: "the connection takes nothing")
        }
        while let frames = try socket.receive(timeout: max(.zero, end - .now)) {
            let exchange = try frames.frames[frames.frames.count - 1].withUnsafeBytes {
                bytes throws(MalformedMessage) in
                try Exchange(frame: bytes)
            }
            if case .enrolled(let answer) = exchange.body { return answer }
        }
        throw Unreachable(reason: "no answer within \(Self.patience)")
    }

    private func waitForHandshake(_ monitor: SocketMonitor, until end: ContinuousClock.Instant) throws {
        while let event = try monitor.nextEvent(timeout: max(.zero, end - .now)) {
            switch event.kind {
            case .handshakeSucceeded: return
            case .handshakeFailedAuth: throw Unreachable(reason: "too many attempts from this address; wait a minute")
            case .handshakeFailedNoDetail, .handshakeFailedProtocol:
                throw Unreachable(reason: "whoever answers there has not the key that the code names")
            case .closed, .disconnected: throw Unreachable(reason: "nothing answers, or not with the code's key")
            default: continue
            }
        }
        throw Unreachable(reason: "no connection within \(Self.patience)")
    }
}
