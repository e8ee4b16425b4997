import Agent
import ArgumentParser
import Foundation
import Records

/// `huiyin agent enroll`.
struct AgentEnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Joins this branch by the one-time code that headquarters gave.",
        discussion: """
            Makes the keys here (the private ones never leave), registers them at headquarters, and writes agent.yaml. It may be
            repeated when it was cut off. A - in place of the code reads it from standard input.

            EXAMPLES
              huiyin agent enroll huiyin-1-CgpyaXZlcnNpZGU…
              huiyin agent enroll - --folder /srv/huiyin < code.txt
            """, aliases: ["enrol"])

    @Argument(help: "The code, as `huiyin site add` printed it.")
    var code: String

    @Option(help: "The folder to make.")
    var folder = AgentConfiguration.defaultFolder

    func run() async throws {
        let text = code == "-" ? readLine() ?? "" : code
        let folder = URL(fileURLWithPath: folder).path
        let enrolment = try Enrolment(try EnrolmentCode(text: text), folder: folder, version: ProgramVersion.text)
        let made = try enrolment.run()
        let say = Say.shared
        print(say("site \(enrolment.site) (\(made.name)) has joined", "站点 \(enrolment.site)（\(made.name)）已加入"))
        if made.isKnown {
            print(
                say(
                    "its keys and \(made.configuration) are as they were; restart the agent if it runs",
                    "其密钥和 \(made.configuration) 未改动；若代理正在运行，请重启"))
        } else {
            print(say("made:", "已建立："), "\n  " + made.configuration, "\n  " + made.token)
            print(say("start it:", "启动："), "huiyin agent run --config \(made.configuration)")
        }
    }
}
