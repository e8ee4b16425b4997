import Agent
import ArgumentParser
import Foundation
import Platform

/// Where a command finds the agent: `--socket`, `--agent` with a token, `--config`, `$HUIYIN_SOCKET`, or the default folder.
struct AgentAddress: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The agent's Unix socket. By default $HUIYIN_SOCKET, then that of the default folder.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("The agent's configuration, which names its socket.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The agent's TCP address; needs --token-file.", valueName: "127.0.0.1:port"))
    var agent: String?

    @Option(help: ArgumentHelp("A file that holds the token for --agent.", valueName: "file"))
    var tokenFile: String?

    func validate() throws {
        if (agent == nil) != (tokenFile == nil) { throw ValidationError("--agent and --token-file belong together") }
    }

    func client() throws -> AgentClient {
        if let socket { return AgentClient(.socket(socket)) }
        if let agent, let tokenFile {
            guard let colon = agent.lastIndex(of: ":"), let port = UInt16(agent[agent.index(after: colon)...]) else {
                throw ValidationError("\(agent) is no address; write 127.0.0.1:8717")
            }
            let host = String(agent[..<colon]).trimmingCharacters(in: ["[", "]"])
            return AgentClient(.tcp(host: host, port: Int(port), token: try KeyFile.read(tokenFile)))
        }
        if let config { return AgentClient(.socket(try AgentConfiguration.read(file: config).socket)) }
        if let path = ProcessInfo.processInfo.environment["HUIYIN_SOCKET"], !path.isEmpty {
            return AgentClient(.socket(path))
        }
        return AgentClient(.socket(AgentConfiguration.defaultFolder + "/agent.sock"))
    }
}
