import Agent
import ArgumentParser
import Foundation
import Logging
import Platform
import Records
import ServiceLifecycle
import UnixSignals

/// `huiyin agent`: the daemon of a branch.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "The daemon of a branch: takes records and carries them to headquarters.",
        subcommands: [
            AgentEnrollCommand.self, AgentInitCommand.self, AgentRestoreCommand.self, AgentRotateCommand.self,
            AgentRunCommand.self,
        ])
}

/// `huiyin agent run`.
struct AgentRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the agent until it is told to stop.",
        discussion: """
            Reads its configuration once; a fault names its line and nothing is started. Stops on SIGTERM and SIGINT after the
            requests under way were answered.

            EXAMPLE
              huiyin agent run --config /var/lib/huiyin/agent.yaml
            """)

    @Option(help: "The configuration file.")
    var config = AgentConfiguration.defaultFolder + "/agent.yaml"

    func run() async throws {
        let configuration = try AgentConfiguration.read(file: config)
        var logger = Logger(label: "huiyin.agent")
        logger.logLevel = configuration.logLevel
        ProcessLimits.raiseOpenFiles(to: 4096)
        let agent = try AgentService(configuration, version: ProgramVersion.text, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [agent], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
