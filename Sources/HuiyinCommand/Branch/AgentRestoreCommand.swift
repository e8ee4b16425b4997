import Agent
import ArgumentParser
import Records
import Replication
import Storage

/// `huiyin agent restore`.
struct AgentRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Says that the agent's folder was put back from a copy.",
        discussion: """
            After a data folder was put back from a backup and before the agent is started: the log goes on in a new epoch, so
            that no sequence number is used for two entries. What headquarters has beyond the copy it keeps and counts; what the
            copy has and headquarters lacks is sent. An agent that is started without this finds out by itself when it speaks
            with headquarters.

            EXAMPLE
              huiyin agent restore --config /var/lib/huiyin/agent.yaml
            """)

    @Option(help: "The configuration file.")
    var config = AgentConfiguration.defaultFolder + "/agent.yaml"

    func run() async throws {
        let configuration = try AgentConfiguration.read(file: config)
        var random = SystemRandomNumberGenerator()
        let folder = try DataFolder(configuration.folder, reserve: configuration.diskReserve)
        let log = try SiteLog(folder: folder, site: configuration.site, using: &random)
        let head = log.head
        let epochs = try log.branch(LogBranch(epoch: head.epoch, after: head, cause: .restored))
        try log.close()
        Console.line(
            Console.say(
                "日志在第 \(head.sequence) 条之后以新纪元 \(epochs.last?.head.epoch.description ?? "") 继续",
                "the log goes on behind entry \(head.sequence), in the new epoch \(epochs.last?.head.epoch.description ?? "")"
            ))
    }
}
