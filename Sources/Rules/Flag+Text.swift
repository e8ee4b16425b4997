package import Handbooks
package import Records

/// Words for a flag. They name codes, times and counts, and never a customer's words.
extension Flag {
    /// One sentence.
    /// - Parameters:
    ///   - handbook: gives the words of rules and limits, and the zone of the times. A code that it does not have stands
    ///     for itself.
    package func text(_ language: Language, handbook: Handbook) -> String {
        let place = sites.map(\.text).joined(separator: language == .chinese ? "、" : ", ")
        let opening = place.isEmpty ? "" : place + (language == .chinese ? "：" : ": ")
        return opening + (language == .chinese ? chinese(handbook) : english(handbook))
    }

    private func chinese(_ handbook: Handbook) -> String {
        switch kind {
        case .gradeRaised:
            "投诉 \(subject) 于 \(time(at, handbook)) 升为\(gradeTerm(.chinese))：\(reason(.chinese, handbook))"
                + (delayNotStated == true ? "（延误原因未说明，按我方计）" : "")
        case .limitWarning:
            "投诉 \(subject) 的时限“\(reason(.chinese, handbook))”将于 \(time(reference, handbook)) 到期"
                + (grade == nil ? "" : "，届时升为\(gradeTerm(.chinese))")
        case .limitBreached: "投诉 \(subject) 超过时限“\(reason(.chinese, handbook))”，限于 \(time(reference, handbook))"
        case .hotIssue:
            "问题 \(subject) 成为\(gradeTerm(.chinese))：\(complainants ?? 0) 名不同客户，\(count ?? 0) 件投诉"
                + ((anonymous ?? 0) > 0 ? "（另有匿名 +\(anonymous ?? 0)）" : "") + "，\(time(at, handbook)) 达到"
        case .newSite: "问题 \(subject) 扩散到又一个站点，\(time(at, handbook))，共 \(count ?? 0) 个站点"
        case .aboveBaseline:
            "“\(category(.chinese, handbook))”自 \(time(reference, handbook)) 起有 \(count ?? 0) 件，按往常应有 \(expectation) 件"
        case .regressed:
            "问题 \(subject) 在 \(time(reference, handbook)) 全部解决之后，\(time(at, handbook)) 又出现"
                + ((count ?? 1) > 1 ? "（第 \(count ?? 1) 次复发）" : "")
        case .countermeasureFailed:
            "问题 \(subject) 又出在失败点“\(failPoint(.chinese, handbook).name)”（共 \(count ?? 0) 次），而对策“\(failPoint(.chinese, handbook).measure)”已实施"
        case .overload:
            "\(day(handbook)) 来客 \(count ?? 0)，接待能力 \(Int(expected ?? 0))：超负荷。" + contingency(.chinese, handbook)
        case .falseClosing:
            "投诉 \(subject) 于 \(time(reference, handbook)) 关闭后，\(time(at, handbook)) 又被打开：虚假关闭（共 \(count ?? 1) 次）"
        case .passedOn: "投诉 \(subject) 派出后被拒绝 \(count ?? 2) 次：推诿，请总部指定责任站点"
        case .driftInward: "投诉 \(subject) 原为外生，\(time(at, handbook)) 起客户转为对我们不满：外生投诉内化"
        case .driftWorse: "投诉 \(subject) 于 \(time(at, handbook)) 升两级以上，现为\(gradeTerm(.chinese))：轻微问题恶化"
        case .driftSpread: "投诉 \(subject) 于 \(time(at, handbook)) 扩散到其他客户或媒体：个别问题泛化"
        case .escalated:
            "投诉 \(subject) 至 \(time(at, handbook)) 仍未解决，上报\(rung(.chinese, handbook))"
        case .keyAccountSilent: "大客户 \(subject) 自 \(time(reference, handbook)) 起没有任何联系、投诉或回访"
        case .siteSilent: "自 \(time(reference, handbook)) 起没有任何记录，而线路正常"
        case .siteUnheard: "自 \(time(reference, handbook)) 起没有任何消息：线路或机器可能中断"
        case .trimmedEarly: "磁盘预算不足，\(count ?? 0) 条记录在总部备份之前已从站点清理：请备份总部，或放宽 disk-budget"
        case .identityConflict: "客户 \(subject) 的证件号、电话或邮箱互相矛盾，涉及 \(count ?? 0) 条记录，请人工核对"
        case .recordConflict: "记录 \(subject) 有两份不同的内容：较早的一份有效，另一份保留待查"
        case .siteRolledBack:
            "数据目录被回退或恢复，\(time(at, handbook)) 发现，日志以新纪元继续"
                + ((count ?? 0) > 0 ? "；该站点丢失的 \(count ?? 0) 条记录总部均有保存" : "")
        case .historiesDiffer: "日志与总部所存分叉，\(time(at, handbook)) 起分叉部分已以新纪元重新上传，请查明原因"
        case .siteReplaced:
            "以全新的日志接入：磁盘被更换，\(time(at, handbook)) 发现"
                + ((count ?? 0) > 0 ? "；旧日志有 \(count ?? 0) 条未送达总部，已丢失" : "")
        case .siteFenced:
            "有两个副本在写同一站点的日志，其中一个已被拒绝（它照常记录，不丢失）。请用 huiyin site resolve 决定哪个是真的"
        case .headquartersRestored: "总部数据被恢复到较早的状态，\(time(at, handbook)) 起以新纪元运行，各站点补传其所缺"
        case .amendmentProposed: "有人建议更正或撤销记录 \(subject)，但无此权限：请总部或记录所属站点处理"
        case .entryWithheld: "记录 \(subject) 的个人内容被删除，却没有相应的删除令：不计为完整"
        case .entriesLost:
            "日志有缺口：\(entries(.chinese))在分店损坏，总部也没有，已永久丢失（\(time(at, handbook)) 发现），相关月份不完整"
        case .actionOverdue:
            (month.map { "\($0) 会议的" } ?? "") + "行动项 \(subject) 应于 \(time(reference, handbook)) 完成，尚未完成"
        case .sealMissing: "\(month ?? "") 已结束，本站点尚未封存（huiyin seal \(month ?? "")）：该月不能算完整"
        case .digest: "\(month ?? "") 月报" + (count.map { "，第 \($0) 版" } ?? "")
        }
    }

    private func english(_ handbook: Handbook) -> String {
        switch kind {
        case .gradeRaised:
            "complaint \(subject) rose to \(gradeTerm(.english)) at \(time(at, handbook)): \(reason(.english, handbook))"
                + (delayNotStated == true ? " (cause of the delay not stated, counted as ours)" : "")
        case .limitWarning:
            "complaint \(subject): the limit \"\(reason(.english, handbook))\" falls due at \(time(reference, handbook))"
                + (grade == nil ? "" : ", then it becomes \(gradeTerm(.english))")
        case .limitBreached:
            "complaint \(subject) passed the limit \"\(reason(.english, handbook))\" of \(time(reference, handbook))"
        case .hotIssue:
            "issue \(subject) is \(gradeTerm(.english)): \(complainants ?? 0) different complainants, "
                + "\(count ?? 0) complaints" + ((anonymous ?? 0) > 0 ? " (+\(anonymous ?? 0) anonymous)" : "")
                + ", reached at \(time(at, handbook))"
        case .newSite:
            "issue \(subject) was met at a further site at \(time(at, handbook)), \(count ?? 0) sites in all"
        case .aboveBaseline:
            "\"\(category(.english, handbook))\": \(count ?? 0) since \(time(reference, handbook)), where \(expectation) were to be expected"
        case .regressed:
            "issue \(subject), all resolved by \(time(reference, handbook)), came back at \(time(at, handbook))"
                + ((count ?? 1) > 1 ? " (for the \(count ?? 1). time)" : "")
        case .countermeasureFailed:
            "issue \(subject) fails at \"\(failPoint(.english, handbook).name)\" again (\(count ?? 0) in all), where the "
                + "countermeasure \"\(failPoint(.english, handbook).measure)\" is in force"
        case .overload:
            "\(count ?? 0) customers on \(day(handbook)), where \(Int(expected ?? 0)) can be served: overload. "
                + contingency(.english, handbook)
        case .falseClosing:
            "complaint \(subject), ended at \(time(reference, handbook)), was opened again at \(time(at, handbook)): "
                + "false closing (\(count ?? 1) in all)"
        case .passedOn:
            "complaint \(subject) was refused \(count ?? 2) times by those it was given to: headquarters has to name who is "
                + "responsible"
        case .driftInward:
            "complaint \(subject) came from outside; since \(time(at, handbook)) the customer is dissatisfied with us"
        case .driftWorse:
            "complaint \(subject) had risen by two grades or more at \(time(at, handbook)), now \(gradeTerm(.english))"
        case .driftSpread: "complaint \(subject) spread to others or to media at \(time(at, handbook))"
        case .escalated:
            "complaint \(subject) was still open at \(time(at, handbook)): \(rung(.english, handbook)) has to know"
        case .keyAccountSilent:
            "key account \(subject): no contact, complaint or visit since \(time(reference, handbook))"
        case .siteSilent: "no records since \(time(reference, handbook)), though the link is up"
        case .siteUnheard: "nothing heard since \(time(reference, handbook)): the link or the machine may be down"
        case .trimmedEarly:
            "\(count ?? 0) records were trimmed at the site before headquarters had backed them up, for want of disk budget: "
                + "make a backup, or raise disk-budget"
        case .identityConflict:
            "customer \(subject): number, phone or e-mail contradict each other in \(count ?? 0) records; please settle it"
        case .recordConflict:
            "record \(subject) came with two different contents: the earlier one stands, the other is kept to be looked into"
        case .siteRolledBack:
            "its data folder was rolled back or restored, found at \(time(at, handbook)); the log goes on in a new epoch"
                + ((count ?? 0) > 0 ? "; headquarters holds the \(count ?? 0) entries that the site lost" : "")
        case .historiesDiffer:
            "its log and headquarters' differed; at \(time(at, handbook)) the branch was issued again in a new epoch; "
                + "please find out why"
        case .siteReplaced:
            "came with a new log, found at \(time(at, handbook)): its disk was replaced"
                + ((count ?? 0) > 0 ? "; \(count ?? 0) entries of the old one never arrived and are lost" : "")
        case .siteFenced:
            "two copies write this site's log; one is refused (it keeps its records and goes on). "
                + "Decide which is real with huiyin site resolve"
        case .headquartersRestored:
            "headquarters was restored to an earlier state; since \(time(at, handbook)) it runs in a new epoch, and sites "
                + "send again what it lacks"
        case .amendmentProposed:
            "it was proposed to correct or retract record \(subject), without the authority: headquarters or its own site decides"
        case .entryWithheld:
            "the personal part of record \(subject) was removed, and no erasure names it: the month is not complete"
        case .entriesLost:
            "its log has a gap: \(entries(.english)) damaged at the branch, headquarters has none of it; lost for good, found at "
                + "\(time(at, handbook)); the month is not complete"
        case .actionOverdue:
            "action item \(subject)" + (month.map { " of the meeting of \($0)" } ?? "")
                + " was due at \(time(reference, handbook)) and is not done"
        case .sealMissing:
            "\(month ?? "") is over and not sealed here (huiyin seal \(month ?? "")): the month cannot count as complete"
        case .digest: "digest of \(month ?? "")" + (count.map { ", revision \($0)" } ?? "")
        }
    }

    /// Which entries, from the range that the subject names.
    private func entries(_ language: Language) -> String {
        let range = subject.split(separator: ":").last.map(String.init) ?? subject
        let isOne = count == 1
        return switch language {
        case .chinese: "第 \(isOne ? range : range.replacing("-", with: " 至 ")) 条"
        case .english: isOne ? "entry \(range) is" : "entries \(range.replacing("-", with: " to ")) are"
        }
    }

    private func category(_ language: Language, _ handbook: Handbook) -> String {
        handbook.category(subject)?.term[language] ?? subject
    }

    /// The fail point that the rule names, with its countermeasure.
    private func failPoint(_ language: Language, _ handbook: Handbook) -> (name: String, measure: String) {
        let point = handbook.blueprint.failPoints.first { $0.failPoint.code == rule }?.failPoint
        return (point?.term[language] ?? rule ?? "", point?.countermeasure[language] ?? "?")
    }

    private func day(_ handbook: Handbook) -> String { String(time(at, handbook).prefix(10)) }

    /// What the handbook wants done on such a day.
    private func contingency(_ language: Language, _ handbook: Handbook) -> String {
        let measures = (handbook.load?.contingency ?? []).map { $0[language] }
        guard !measures.isEmpty else { return "" }
        return language == .chinese
            ? "预案：" + measures.joined(separator: "；") : "Plan: " + measures.joined(separator: " ")
    }

    /// With one decimal.
    private var expectation: String {
        let tenths = Int(((expected ?? 0) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func gradeTerm(_ language: Language) -> String { grade?.term[language] ?? "" }

    private func reason(_ language: Language, _ handbook: Handbook) -> String {
        guard let rule else { return "" }
        return handbook.gradeRule(rule)?.term[language] ?? handbook.timeLimits.limit(rule)?.term[language] ?? rule
    }

    /// Who is told there, by the handbook's ladder.
    private func rung(_ language: Language, _ handbook: Handbook) -> String {
        let ladder = handbook.escalation.first { $0.grade == grade }
        return ladder?.rungs.first { $0.code == rule }?.term[language] ?? rule ?? ""
    }

    private func time(_ moment: Timestamp?, _ handbook: Handbook) -> String {
        guard let moment else { return "?" }
        let civil = handbook.zone.civil(moment.withinCalendar)
        return civil.day(separator: "-") + " " + civil.clock.prefix(5)
    }
}
