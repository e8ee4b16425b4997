import Records

extension MarkdownPaper {
    /// The handbook's standards, each met or missed.
    var standards: [String] {
        let standards = digest.standards ?? []
        guard !standards.isEmpty else { return [] }
        var table = MarkdownTable(
            words.say("标准", "Standard"), ">" + words.say("目标", "Target"), words.say("本月", "This month"),
            words.say("结果", "Result"), words.say("负责", "Owner"), words.say("文件", "Document"))
        for standard in standards {
            let sign = standard.isAtLeast ? "≥" : "≤"
            let value = standard.value.map { words.decimal($0, places: 1) }
            let n = standard.figure.flatMap { digest[$0]?.observations }
            table.add([
                escaped(DisplayWidth.cut(standard.term[words.language], to: 36)),
                "\(sign) \(words.decimal(standard.target, places: standard.target == standard.target.rounded() ? 0 : 1))",
                (value ?? "—") + (n.map { words.bracketed("n=\(words.number($0))") } ?? ""),
                standard.state == .missed
                    ? "**\(standard.state.term[words.language])**" : standard.state.term[words.language],
                escaped(DisplayWidth.cut(standard.owner?[words.language] ?? "—", to: 16)),
                escaped(DisplayWidth.cut(standard.document?[words.language] ?? "—", to: 28)),
            ])
        }
        let states = StandardSummary.State.allCases.map { state in
            "\(state.term[words.language]) \(figure(FigureName("standards.state").adding(state.rawValue)))"
        }
        return section("服务标准", "Service standards") + [words.list(states) + words.say("。", "."), ""]
            + table.lines(words)
    }
}
