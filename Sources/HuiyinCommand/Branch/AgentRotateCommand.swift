import Agent
import ArgumentParser
import Foundation

/// `huiyin agent rotate`.
struct AgentRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replaces this site's keys.",
        discussion: """
            The running agent makes new keys and names them in its log; the old ones are good until headquarters has heard of it.
            Nothing is interrupted, and it may be done without a link.

            EXAMPLE
              huiyin agent rotate --config /var/lib/huiyin/agent.yaml
            """)

    @OptionGroup var address: AgentAddress

    func run() async throws {
        try await address.client().rotateKeys()
        print(Say.shared("new keys are made; they are in use as soon as headquarters knows them", "新密钥已生成；总部知悉后即启用"))
    }
}
