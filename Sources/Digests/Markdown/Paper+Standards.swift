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
            let target = words.decimal(standard.target, places: places(of: standard.target, least: 0))
            let value = standard.value.map { words.decimal($0, places: places(of: $0, beside: standard.target)) }
            let n = standard.figure.flatMap { digest[$0]?.observations }
            table.add([
                escaped(DisplayWidth.cut(standard.term[words.language], to: 36)),
                "\(sign) \(target)",
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

    /// Two decimals, or as many as it takes not to look like a target that it misses.
    private func places(of value: Double, beside target: Double) -> Int {
        let least = max(2, places(of: target, least: 0))
        return (least..<Self.mostPlaces).first { value == target || rounded(value, $0) != rounded(target, $0) }
            ?? Self.mostPlaces
    }

    /// As many decimals as it has.
    private func places(of value: Double, least: Int) -> Int {
        (least..<Self.mostPlaces).first { rounded(value, $0) == rounded(value, Self.mostPlaces) } ?? Self.mostPlaces
    }

    private func rounded(_ value: Double, _ places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (value * scale).rounded() / scale
    }

    /// Figures are rounded to so many.
    private static var mostPlaces: Int { 4 }
}
