import Records
import StrictYAML

// The parts of a handbook from their YAML, in the order of the handbook.

extension Department {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
    }
}

extension Category {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        aliases = reader.strings("aliases", limit: 256) ?? []
        parent = reader.code("parent")
        department = reader.code("department")
        risk = reader.object("risk") { RiskProfile(&$0) }
        gap = reader.integer("gap", in: GapGuide.numbers)
    }
}

extension Touchpoint {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        aliases = reader.strings("aliases", limit: 256) ?? []
    }
}

extension CustomerType {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        aliases = reader.strings("aliases", limit: 256) ?? []
    }
}

extension IntakePolicy {
    init(_ reader: inout YAMLReader, zone: TimeZoneRules) {
        reader.require("earliest", "greatest_lead")
        earliest =
            reader.value("earliest", expected: "a day such as 2000-01-01") { Timestamp($0, in: zone) } ?? .zero
        greatestLead = reader.duration("greatest_lead") ?? .zero
    }
}

extension GradingPolicy {
    init(_ reader: inout YAMLReader) {
        reader.require("rules", "flag_from")
        flagFrom = reader.word("flag_from") ?? .important
        visitsCount = reader.bool("visits_count") ?? false
        rules = reader.objects("rules") { GradeRule(&$0) } ?? []
        Handbook.checkUnique(rules.map(\.code), "rules", &reader)
    }
}

extension GradeRule {
    private enum When: String, CaseIterable {
        case lawsuit, media, group, unresolved
        case sameComplaint = "same_complaint"
        case secondComplaint = "second_complaint"
        case support
    }

    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "grade", "when")
        code = reader.code("code") ?? ""
        term = reader.term()
        grade = reader.word("grade") ?? .ordinary
        condition = .secondComplaint
        switch reader.choice("when", of: When.self) {
        case .lawsuit: condition = .lawsuit(Self.degree(&reader))
        case .media: condition = .media(Self.degree(&reader))
        case .group:
            reader.require("at_least")
            condition = .group(atLeast: reader.integer("at_least", in: 2...1_000_000) ?? 2)
        case .unresolved:
            reader.require("after")
            condition = .unresolved(after: reader.span("after") ?? .months(1))
        case .sameComplaint:
            reader.require("complainants", "within")
            condition = .sameComplaint(
                complainants: reader.integer("complainants", in: 2...1_000_000) ?? 2,
                within: reader.span("within") ?? .months(1))
        case .support:
            reader.require("kinds")
            condition = .support(reader.words("kinds") ?? [])
        case .secondComplaint, nil: break
        }
    }

    private static func degree(_ reader: inout YAMLReader) -> Complaint.Danger {
        reader.require("degree")
        let words = Complaint.Danger.vocabulary.filter { $0.value != .none }
        return reader.choice("degree", of: words.map { ($0.code, $0.value) }) ?? .happened
    }
}

extension TimeLimits {
    init(_ reader: inout YAMLReader) {
        reader.require("warn_at_percent", "limits")
        warnAtPercent = reader.integer("warn_at_percent", in: 1...99) ?? 50
        limits = reader.objects("limits") { TimeLimit(&$0) } ?? []
        Handbook.checkUnique(limits.map(\.code), "limits", &reader)
    }
}

extension TimeLimit {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "applies_to", "within", "met_by")
        code = reader.code("code") ?? ""
        term = reader.term()
        scope = reader.choice("applies_to") ?? .all
        within = reader.span("within") ?? .months(1)
        clock = reader.choice("clock") ?? .wall
        pausedBy = reader.words("paused_by") ?? []
        tiers = reader.objects("tiers") { TierSpan(&$0) } ?? []
        Handbook.checkUnique(tiers.map(\.tier), "tiers", &reader)
        metBy = reader.words("met_by") ?? []
        if metBy.isEmpty, reader.has("met_by") { reader.refuse("met_by", "must name at least one kind of step") }
    }
}

extension TimeLimit.TierSpan {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("tier", "within")
        tier = reader.code("tier") ?? ""
        within = reader.span("within") ?? .months(1)
    }
}

extension ResolutionPolicy {
    init(_ reader: inout YAMLReader) {
        reader.require(
            "confirmed_by_silence_after", "false_closing_within", "left_when_reopened", "second_complaint_within")
        confirmedBySilenceAfter = reader.duration("confirmed_by_silence_after") ?? .zero
        falseClosingWithin = reader.duration("false_closing_within") ?? .zero
        leftWhenReopened = reader.duration("left_when_reopened") ?? .zero
        secondComplaintWithin = reader.span("second_complaint_within") ?? .months(1)
    }
}

extension VisitPlan {
    init(_ reader: inout YAMLReader) {
        reader.require("attempts", "plan")
        attempts = reader.integer("attempts", in: 1...100) ?? 1
        items = reader.objects("plan") { VisitPlanItem(&$0) } ?? []
        Handbook.checkUnique(items.map(\.number), "plan", &reader)
    }
}

extension VisitPlanItem {
    init(_ reader: inout YAMLReader) {
        reader.require("number", "event", "within", "method", "contents")
        number = reader.string("number", limit: 64) ?? ""
        customerType = reader.code("customer_type")
        event = reader.choice("event") ?? .caseResolved
        (after, days) = (.duration(.zero), [])
        if event == .calendar {
            reader.require("days")
            days =
                reader.values("days", expected: "a day such as 03-01 (every year) or 15 (every month)") {
                    CalendarDay($0)
                } ?? []
        } else {
            reader.require("after")
            after = reader.span("after") ?? .months(1)
        }
        within = reader.span("within") ?? .months(1)
        method = reader.word("method") ?? .phone
        contents = reader.term("contents") ?? Term("", "")
    }
}

extension MeetingPlanItem {
    init(_ reader: inout YAMLReader) {
        reader.require("number", "when", "contents", "departments")
        number = reader.string("number", limit: 64) ?? ""
        when = reader.term("when") ?? Term("", "")
        contents = reader.term("contents") ?? Term("", "")
        departments = reader.codes("departments") ?? []
    }
}

extension SilencePolicy {
    init(_ reader: inout YAMLReader) {
        reader.require("no_records_after", "not_heard_after")
        noRecordsAfter = reader.duration("no_records_after") ?? .zero
        notHeardAfter = reader.duration("not_heard_after") ?? .zero
    }
}

extension DigestRules {
    init(_ reader: inout YAMLReader) {
        reader.require("backdated_after", "small_sample", "under_reporting_percent")
        backdatedAfter = reader.duration("backdated_after") ?? .zero
        smallSample = reader.integer("small_sample", in: 0...1000) ?? 0
        closesAfter = reader.duration("close_after")
        remindsAfter = reader.duration("remind_after")
        underReportingPercent = reader.integer("under_reporting_percent", in: 0...100) ?? 0
    }
}
