import Handbooks
import Records

/// The service as the handbook draws and measures it.
extension HandbookPaper {
    var blueprint: [String] {
        handbook.blueprint.steps.flatMap { step -> [String] in
            let touchpoint = step.touchpoint.flatMap(handbook.touchpoint)?.term[language]
            let place = [step.level.term[language], step.side.term[language], touchpoint].compactMap(\.self)
            return ["\(step.term[language])  [\(place.joined(separator: " · "))]"]
                + step.failPoints.map { point in
                    let mark = point.isInForce ? say("（已实施）", " (in force)") : ""
                    return "  ✗ \(point.term[language]) → \(point.countermeasure[language])\(mark)"
                }
        }
            + handbook.blueprint.internalServices.map { service in
                let names = [service.from, service.to].map { handbook.department($0)?.term[language] ?? $0 }
                return "\(names[0]) → \(names[1])\(say("：", ": "))\(service.service[language])"
            }
    }

    var gaps: [String] {
        handbook.gaps.flatMap { gap in
            ["\(gap.number)  \(gap.term[language])"]
                + gap.causes.map { "  \($0.term[language]) → \($0.remedy[language])" }
        }
    }

    var standards: [String] {
        handbook.standards.map { standard in
            let metric = standard.metric?.term[language] ?? say("无指标", "no metric")
            let target = standard.target.map { "\(standard.comparison.sign) \(number($0))" } ?? ""
            let owner = standard.owner.flatMap(handbook.department)?.term[language] ?? "–"
            return "\(standard.term[language])  \(metric) \(target)  — \(owner)"
        }
    }

    var commitments: [String] {
        handbook.commitments.map { commitment in
            let industry = commitment.industry.map { say("行业 ", "industry ") + number($0) }
            let others = commitment.competitors.map { "\($0.name) \(number($0.value))" }
            let ours = say("我方 ", "ours ") + number(commitment.ours)
            let figures = ([ours, industry].compactMap(\.self) + others).joined(separator: say("，", ", "))
            return "\(commitment.term[language])  \(figures) \(commitment.unit[language])"
        }
    }

    var benchmarks: [String] {
        handbook.benchmarks.map { benchmark in
            let figure = benchmark.metric.map { "  \($0.term[language]) \(benchmark.value.map(number) ?? "")" } ?? ""
            return "\(benchmark.kind.term[language])  \(benchmark.term[language])\(figure)"
                + say("：", ": ") + benchmark.lesson[language]
        }
    }

    var surveys: [String] {
        guard let surveys = handbook.surveys else { return [] }
        return [
            say("第三方调查每 ", "by a third party every ") + surveys.thirdPartyEvery.text(language),
            say("电话访问不超过 ", "by telephone at most ") + Span.duration(surveys.longestInterview).text(language),
        ]
            + surveys.questionnaires.flatMap { questionnaire -> [String] in
                let modes = questionnaire.modes.map { $0.term[language] }.joined(separator: say("、", ", "))
                let takes = Span.duration(questionnaire.takes).text(language)
                return ["\(questionnaire.term[language])  \(modes)  \(takes)"]
                    + questionnaire.questions.map { "  \($0.term[language])" }
            }
    }

    var customers: [String] {
        let policy = handbook.customers
        var lines = policy.segments.map { "\($0.term[language])\(say("：", ": "))\($0.service[language])" }
        for tier in policy.grading?.tiers ?? [] {
            let part = tier.topPercent.map { say("前 \($0)%", "top \($0) %") } ?? say("其余", "the rest")
            lines.append("\(tier.term[language])  \(part)" + (tier.service.map { "  " + $0[language] } ?? ""))
        }
        for contact in policy.keyAccounts?.rhythm ?? [] {
            let when = contact.every.map { say("每", "every ") + $0.text(language) } ?? say("生日当天", "on birthdays")
            lines.append("\(contact.term[language])  \(when)  \(contact.method.term[language])")
        }
        if let waterfall = policy.waterfall {
            let falls = waterfall.decay.map { fall in
                "\(fall.from.term[language]) → \(fall.to.term[language]) (\(fall.after.text(language)))"
            }
            lines.append(say("无联系时：", "without contact: ") + falls.joined(separator: say("；", "; ")))
        }
        return lines
    }

    private func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
