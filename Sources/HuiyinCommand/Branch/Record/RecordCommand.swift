import ArgumentParser

/// `huiyin record`: writes one record down.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Writes a record down at this branch.",
        discussion: """
            Words may be the code or the term in either language: --channel phone and --channel 电话 are the same. Any field that
            has no option of its own is given by --field. A whole record is read from standard input by --json -.

            EXAMPLES
              huiyin record complaint --subject 厨房漏水 --text "三天没有人来修" --category 厨卫 --phone 13800138000 --urgent
              huiyin record visit --customer C0042 --method 电话 --satisfaction 4 --problem "电梯太慢" --category 其他
              huiyin record step --case 2026-0815 --step resolved
              echo '{"kind":"survey","survey":"2026H1","mode":"ivr","satisfaction":5}' | huiyin record survey --json -
            """,
        subcommands: [
            RecordVisitCommand.self, RecordComplaintCommand.self, RecordStepCommand.self, RecordSurveyCommand.self,
            RecordCustomerCommand.self, RecordLoadCommand.self, RecordCorrectCommand.self, RecordRetractCommand.self,
        ])
}
