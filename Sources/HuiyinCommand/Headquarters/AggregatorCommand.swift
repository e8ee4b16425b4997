import Aggregator
import ArgumentParser
import Foundation
import Logging
import Platform
import Records
import ServiceLifecycle
import UnixSignals
import Storage
import ZeroMQ

struct AggregatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aggregator", abstract: "Headquarters' daemon.", subcommands: [Run.self, Init.self, Rotate.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take every site's log, fold it, announce.",
            discussion: """
                Runs until SIGTERM or SIGINT. Example:
                  huiyin aggregator run --config /etc/huiyin/aggregator.yaml
                """)

        @Option(help: "The daemon's configuration.")
        var config: String

        func run() async throws {
            guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
                throw CommandFailure("the configuration \(config) cannot be read")
            }
            let configuration = try AggregatorConfiguration.read(yaml: text, file: config)
            var logger = Logger(label: "huiyin.aggregator", factory: { StreamLogHandler.standardError(label: $0) })
            logger.logLevel = configuration.logLevel
            let aggregator = try AggregatorService(configuration, logger: logger)
            let group = ServiceGroup(
                services: [aggregator], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await group.run()
        }
    }

    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make headquarters' folder, keys and configuration.",
            discussion: """
                Nothing that is there is overwritten. Writes aggregator.yaml and admin.yaml into the folder. Example:
                  huiyin aggregator init --folder /var/lib/huiyin-headquarters --listen tcp://0.0.0.0:7410
                  huiyin aggregator run --config /var/lib/huiyin-headquarters/aggregator.yaml
                """)

        @Option(help: "The data folder.")
        var folder: String

        @Option(help: "Where sites and administrators connect.")
        var listen = AggregatorConfiguration.standardEndpoint

        @Option(help: "Where sites reach it, for example tcp://hq.example:7410; repeat it for more ways.")
        var endpoint: [String] = []

        @Option(help: "Where strangers present their one-time codes; by default the port after --listen's.")
        var enrolment: String?

        @Option(help: "What the sites see.")
        var name = "headquarters"

        func validate() throws {
            for text in [listen] + endpoint + (enrolment.map { [$0] } ?? []) where TCPEndpoint(text) == nil {
                throw ValidationError("\(text) is no endpoint; write one such as tcp://0.0.0.0:7410")
            }
        }

        func run() async throws {
            let folder = URL(fileURLWithPath: folder).path
            let configuration = AggregatorConfiguration(folder: folder)
            let data = try DataFolder(folder)
            try FileManager.default.createDirectory(
                atPath: folder + "/keys", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let curve = try CurveKeyPair.generate()
            try KeyFile.create(configuration.curveKey, curve.secretKey.z85)
            try KeyFile.create(configuration.signingKey, LogSigningKey().hexadecimal)
            // Every branch is told it when it enrols: it makes the pseudonyms of customers.
            try KeyFile.create(configuration.organisationKey, LogSigningKey().hexadecimal)
            let admin = try CurveKeyPair.generate()
            try KeyFile.create(folder + "/keys/admin.curve", admin.secretKey.z85)
            var random = SystemRandomNumberGenerator()
            let store = try RecordStore(folder: data, using: &random)
            try store.add(Administrator(name: "admin", curveKey: admin.publicKey.z85), at: SystemClock.wall)
            try store.close()
            var text = "name: \(quoted(name))\nfolder: \(quoted(folder))\nlisten: \(listen)\n"
            if !endpoint.isEmpty { text += "endpoints: [\(endpoint.map { quoted($0) }.joined(separator: ", "))]\n" }
            if let enrolment { text += "enrolment:\n  listen: \(enrolment)\n" }
            try write(folder + "/aggregator.yaml", text)
            let endpoint = listen.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//*:", with: "//127.0.0.1:")
            try write(
                folder + "/admin.yaml",
                """
                headquarters:
                  endpoint: \(endpoint)
                  key: \(quoted(curve.publicKey.z85))
                key-file: keys/admin.curve

                """)
            Console.line("headquarters' key: \(curve.publicKey.z85)")
            Console.line("run it:            huiyin aggregator run --config \(folder)/aggregator.yaml")
            Console.line("ask it:            huiyin status --admin \(folder)/admin.yaml")
            Console.line("add a branch:      huiyin site add SITE --admin \(folder)/admin.yaml")
            if endpoint.isEmpty, TCPEndpoint(listen)?.isWildcard ?? false {
                Console.line(
                    "before that, say in \(folder)/aggregator.yaml where branches reach it: endpoints: [tcp://hq.example:7410]"
                )
            }
        }

        private func write(_ path: String, _ text: String) throws {
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            else { throw CommandFailure("\(path) cannot be written") }
        }

        private func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
    }
}
