import Aggregator
import Records

/// What the handbook says of an issue, in words.
struct IssueAdviceText {
    private let advice: IssueAdvice
    private let language: Language

    init(_ advice: IssueAdvice, _ language: Language) {
        self.advice = advice
        self.language = language
    }

    var lines: [String] {
        advice.failPoints.flatMap { point -> [String] in
            let place = [point.step[language], point.touchpoint?[language]].compactMap(\.self).joined(separator: " · ")
            let mark = point.inForce ? say("（已实施）", " (in force)") : say("（未实施）", " (not in force)")
            return [
                say("失败点：", "fail point: ") + point.name[language] + " [\(place)]",
                say("  对策：", "  countermeasure: ") + point.countermeasure[language] + mark,
            ]
        } + (advice.gap.map(told) ?? [])
    }

    private func told(_ gap: IssueAdvice.Gap) -> [String] {
        let title =
            gap.stated > 0
            ? say("差距 \(gap.number)（\(gap.stated) 件已查明）：", "gap \(gap.number) (traced in \(gap.stated) cases): ")
            : say("疑似差距 \(gap.number)：", "suspected gap \(gap.number): ")
        return [title + gap.name[language]] + gap.causes.map { "  \($0.name[language]) → \($0.remedy[language])" }
    }

    private func say(_ chinese: String, _ english: String) -> String { Term(chinese, english)[language] }
}
