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
            words.say("会议结果", "Outcome"), words.say("负责部门", "Owner"), words.say("期限", "Due"))
        for (index, item) in meeting.agenda.enumerated() {
            let all = item.departments == meeting.departments.filter(\.always).map(\.department)
            let departments = words.list(item.departments.map { $0[words.language] })
            table.add([
                String(index + 1), item.cell(words.language),
                all ? words.say("常设部门", "standing members") : escaped(DisplayWidth.cut(departments, to: 28)),
                String(repeating: " ", count: 12), owner(of: item), String(repeating: " ", count: 10),
            ])
        }
        guard !table.isEmpty else { return lines }
        return lines + table.lines(words) + [
            "",
            words.say(
                "会后在“会议结果”“负责部门”“期限”（年-月-日）栏填写，用 `huiyin meeting import` 录入。",
                "Fill in outcome, owner and due day (YYYY-MM-DD), and take them in with `huiyin meeting import`."),
        ]
    }

    /// Who answers for an issue, whole, as it is read back; left to fill in for anything else.
    private func owner(of item: DigestMeeting.AgendaItem) -> String {
        guard item.issue != nil, item.departments.count == 1 else { return "" }
        return escaped(item.departments[0][words.language])
    }
}

extension DigestMeeting.AgendaItem {
    /// As it stands in the table.
    func cell(_ language: Language) -> String { MarkdownText.escaped(DisplayWidth.cut(text[language], to: 56)) }
}
