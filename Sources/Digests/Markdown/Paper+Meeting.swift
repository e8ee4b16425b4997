import Records

extension MarkdownPaper {
    /// The meeting's table; the outcome column is left to fill in.
    var meeting: [String] {
        let meeting = digest.meeting
        var lines = section("会议", "The meeting")
        lines.append(words.say("会议时间：", "When: ") + escaped(meeting.when[words.language]))
        let invited = meeting.departments.map { invitation in
            let name = escaped(invitation.department[words.language])
            guard !invitation.issues.isEmpty else { return name }
            let count = invitation.issues.count
            return name
                + words.bracketed(words.say("负责 \(count) 个问题", "answers for \(words.amount(count, "", "issue"))"))
        }
        lines += ["", words.say("参会部门：", "To invite: ") + (invited.isEmpty ? "—" : words.list(invited)), ""]
        var table = MarkdownTable(
            ">" + words.say("序号", "No."), words.say("会议内容", "Agenda"), words.say("参会部门", "Departments"),
            words.say("会议结果", "Outcome"))
        for (index, item) in meeting.agenda.enumerated() {
            let all = item.departments == meeting.departments.filter(\.always).map(\.department)
            let departments = words.list(item.departments.map { $0[words.language] })
            table.add([
                String(index + 1), escaped(DisplayWidth.cut(item.text[words.language], to: 56)),
                all ? words.say("常设部门", "standing members") : escaped(DisplayWidth.cut(departments, to: 28)),
                String(repeating: " ", count: 12),
            ])
        }
        return lines + (table.isEmpty ? [] : table.lines(words))
    }
}
