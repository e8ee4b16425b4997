import Aggregator
import Handbooks
import Records
import Rules

/// A rehearsal in words and as JSON. Records are called what the file calls them.
struct RehearsalPaper {
    private let rehearsal: Rehearsal
    private let names: [RecordID: String]
    private let language: Language

    init(_ rehearsal: Rehearsal, names: [RecordID: String], _ language: Language) {
        self.rehearsal = rehearsal
        self.names = names
        self.language = language
    }

    private var handbook: Handbook { rehearsal.handbook }

    // MARK: For people

    func lines() -> [String] {
        var lines = [
            say("按 \(handbook.version)，\(time(rehearsal.now))：", "Under \(handbook.version) at \(time(rehearsal.now)):")
        ]
        if rehearsal.leftOut > 0 {
            lines.append(
                say("此后的 \(rehearsal.leftOut) 条记录不计", "\(rehearsal.leftOut) records lie after that and are left out"))
        }
        for (record, by) in rehearsal.retracted {
            lines.append(say("\(name(record)) 被 \(name(by)) 撤销", "\(name(record)) is retracted by \(name(by))"))
        }
        lines += section(say("投诉", "Complaints"), rehearsal.cases.flatMap { told($0) })
        lines += section(
            say("预警与升级", "Flags"),
            rehearsal.flags.map { named($0.text(language, handbook: handbook)) + evidence($0.evidence) })
        lines += section(say("回访", "Return visits"), rehearsal.visits.map { line($0) })
        lines += section(say("客户", "Customers"), rehearsal.customers.map { line($0) })
        return lines
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", Console.coloured("\(title) (\(lines.count { !$0.hasPrefix(" ") }))", .bold)] + lines
    }

    private func told(_ view: CaseView) -> [String] {
        let peak = view.peak == view.grade ? "" : say("（最高 ", " (peak ") + view.peak.term[language] + say("）", ")")
        var lines = ["\(name(view.id))  \(view.site)  \(view.grade.term[language])\(peak)  \(state(view.state))"]
        for rise in view.rises {
            let notStated = rise.delayNotStated ? say("（延误原因未说明）", " (cause of the delay not stated)") : ""
            lines.append(
                "  ↑ \(time(rise.at))  \(rise.grade.term[language])\(say("：", ": "))\(rise.rule.term[language])\(notStated)"
                    + evidence(rise.evidence))
        }
        if let lowering = view.lowering {
            lines.append("  ↓ \(time(lowering.at))  \(lowering.grade.term[language])\(evidence([lowering.record]))")
        }
        if let before = view.repeatOf {
            let kind = before.kind == .urgedAgain ? say("催办", "urges again") : say("二次投诉", "second complaint after")
            lines.append("  \(kind) \(name(before.earlier))")
        }
        for limit in view.limits { lines.append("  \(reason(limit.code))  \(status(limit))") }
        return lines
    }

    private func line(_ visit: DueVisit) -> String {
        let item = handbook.visits.items.first { $0.number == visit.item }
        let what = item.map { "\($0.method.term[language])  \($0.contents[language])" } ?? ""
        return "\(time(visit.dueAt))  \(status(visit.status))  \(visit.site)  \(customer(visit.customer))  "
            + "\(say("计划", "item")) \(visit.item)  \(what)" + evidence([visit.complaint].compactMap(\.self))
    }

    private func line(_ customer: RehearsedCustomer) -> String {
        let told = [
            customer.name, customer.type.isEmpty ? nil : customer.type, customer.segment?.term[language],
            customer.measured?.term[language],
        ].compactMap(\.self)
        return told.joined(separator: "  ")
            + say(
                "  投诉 \(customer.complaints)，回访 \(customer.visits)",
                "  complaints \(customer.complaints), visits \(customer.visits)")
    }

    private func state(_ state: CaseState) -> String {
        switch state {
        case .open: say("未解决", "open")
        case .resolved(let at): say("已解决 ", "resolved ") + time(at)
        case .confirmed(let at, _, let bySilence):
            say("已确认 ", "confirmed ") + time(at) + (bySilence ? say("（无异议）", " (by silence)") : "")
        case .closed(let at, let reason): "\(reason.term[language]) \(time(at))"
        }
    }

    private func status(_ limit: LimitView) -> String {
        let due = say("限 ", "due ") + time(limit.dueAt)
        return switch limit.status.code {
        case "met": due + say("，按时", ", met")
        case "missed": due + say("，超时", ", missed")
        case "due_soon": due + say("，将到期", ", due soon")
        case "not_yet_due": due
        case "unknown": due + say("，未知（站点失联）", ", unknown: the site was not heard from")
        default: say("不适用", "does not apply")
        }
    }

    private func status(_ status: DueVisit.Status) -> String {
        switch status {
        case .upcoming: say("未到期", "upcoming")
        case .due: say("到期", "due")
        case .overdue: say("逾期", "overdue")
        case .unreachable: say("联系不上", "unreachable")
        case .done(_, _, let late): late ? say("逾期完成", "done late") : say("完成", "done")
        }
    }

    private func reason(_ code: String) -> String {
        handbook.timeLimits.limit(code)?.term[language] ?? handbook.gradeRule(code)?.term[language] ?? code
    }

    private func say(_ chinese: String, _ english: String) -> String { Term(chinese, english)[language] }

    private func time(_ moment: Timestamp) -> String {
        let civil = handbook.zone.civil(moment)
        return civil.day(separator: "-") + " " + civil.clock.prefix(5)
    }

    private func name(_ id: RecordID) -> String { names[id] ?? id.description }

    private func customer(_ id: String) -> String {
        rehearsal.customers.first { $0.customer == id }?.name ?? id
    }

    private func evidence(_ ids: [RecordID]) -> String {
        ids.isEmpty ? "" : "  [" + ids.map(name).joined(separator: ", ") + "]"
    }

    /// A sentence with the file's own names in the place of record ids.
    private func named(_ text: String) -> String {
        names.reduce(text) { $0.replacing($1.key.description, with: $1.value) }
    }
}

// MARK: For programs

extension RehearsalPaper {
    /// One JSON object.
    var json: String {
        var json = JSONText()
        json.object { json in
            json.field("handbook", rehearsal.handbook.version)
            json.field("at", rehearsal.now.text(in: rehearsal.handbook.zone))
            json.field("left_out", rehearsal.leftOut)
            json.array("cases") { json in for view in rehearsal.cases { write(view, &json) } }
            json.array("flags") { json in for flag in rehearsal.flags { write(flag, &json) } }
            json.array("visits") { json in for visit in rehearsal.visits { write(visit, &json) } }
            json.array("customers") { json in
                for customer in rehearsal.customers {
                    json.object { json in
                        json.field("name", customer.name)
                        json.fieldIfAny("type", customer.type)
                        json.field("complaints", customer.complaints)
                        json.field("visits", customer.visits)
                        json.field("state", customer.measured?.rawValue)
                        json.field("segment", customer.segment?.code)
                    }
                }
            }
        }
        return json.text
    }

    private func write(_ view: CaseView, _ json: inout JSONText) {
        json.object { json in
            json.field("id", name(view.id))
            json.field("record", view.id.description)
            json.field("site", view.site.text)
            json.field("grade", view.grade.code)
            json.field("peak", view.peak.code)
            json.field("state", view.state.code)
            json.field("made_at", moment(view.madeAt))
            json.array("rises") { json in
                for rise in view.rises {
                    json.object { json in
                        json.field("grade", rise.grade.code)
                        json.field("at", moment(rise.at))
                        json.field("rule", rise.rule.code)
                        json.field("delay_not_stated", rise.delayNotStated)
                        write("evidence", rise.evidence, &json)
                    }
                }
            }
            if let lowering = view.lowering {
                json.object("lowering") { json in
                    json.field("grade", lowering.grade.code)
                    json.field("at", moment(lowering.at))
                    json.field("record", name(lowering.record))
                }
            }
            if let before = view.repeatOf {
                json.object("repeat_of") { json in
                    json.field("case", name(before.earlier))
                    json.field("kind", before.kind.rawValue)
                }
            }
            json.array("limits") { json in
                for limit in view.limits {
                    json.object { json in
                        json.field("limit", limit.code)
                        json.field("due_at", moment(limit.dueAt))
                        json.field("status", limit.status.code)
                    }
                }
            }
        }
    }

    private func write(_ flag: Flag, _ json: inout JSONText) {
        json.object { json in
            json.field("kind", flag.kind.rawValue)
            json.field("subject", RecordID(flag.subject).map(name) ?? flag.subject)
            json.field("at", moment(flag.at))
            json.field("rule", flag.rule)
            json.field("grade", flag.grade?.code)
            json.field("complainants", flag.complainants)
            write("evidence", flag.evidence, &json)
        }
    }

    private func write(_ visit: DueVisit, _ json: inout JSONText) {
        json.object { json in
            json.field("plan_item", visit.item)
            json.field("site", visit.site.text)
            json.field("customer", customer(visit.customer))
            json.field("due_at", moment(visit.dueAt))
            json.field("status", visit.status.code)
            json.field("case", visit.complaint.map(name))
        }
    }

    private func write(_ field: String, _ ids: [RecordID], _ json: inout JSONText) {
        json.array(field) { json in for id in ids { json.field(nil, name(id)) } }
    }

    private func moment(_ moment: Timestamp) -> String { moment.text(in: rehearsal.handbook.zone) }
}

extension DueVisit.Status {
    /// Stable, lower-case ASCII.
    fileprivate var code: String {
        switch self {
        case .upcoming: "upcoming"
        case .due: "due"
        case .overdue: "overdue"
        case .unreachable: "unreachable"
        case .done: "done"
        }
    }
}
