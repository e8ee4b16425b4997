import Records
package import StrictYAML

/// From YAML. Every fault is reported with its line; a handbook with faults is none.
extension Handbook {
    /// Reads a handbook.
    /// - Parameter file: its name, for the faults.
    package static func read(yaml text: String, file: String) throws(YAMLFaults) -> Handbook {
        try YAMLReader.read(text, file: file) { reader in Handbook(&reader, text: text) }
    }

    /// Reads a handbook and says everything about it: every fault, and what is allowed and yet weak.
    package static func examine(yaml text: String, file: String) -> YAMLReading<Handbook> {
        YAMLReader.examine(text, file: file) { reader in Handbook(&reader, text: text) }
    }

    private init(_ reader: inout YAMLReader, text: String) {
        reader.require(
            "name", "number", "zh", "en", "zone", "departments", "categories", "touchpoints", "intake", "grading",
            "time_limits", "resolution", "visits", "meetings", "silence",
            "digest")
        name = reader.code("name") ?? ""
        number = reader.integer("number", in: 1...999_999_999) ?? 1
        version = Self.version(name: name, number: number, text: text)
        title = reader.term()
        let zone = reader.value("zone", expected: "a zone of the time zone database, such as Asia/Shanghai") { text in
            TimeZoneRules(text)
        }
        self.zone = zone ?? .utc
        departments = reader.objects("departments") { Department(&$0) } ?? []
        categories = reader.objects("categories") { Category(&$0) } ?? []
        touchpoints = reader.objects("touchpoints") { Touchpoint(&$0) } ?? []
        customerTypes = reader.objects("customer_types") { CustomerType(&$0) } ?? []
        intake = reader.object("intake") { [zone] in IntakePolicy(&$0, zone: zone ?? .utc) } ?? .unread
        grading = reader.object("grading") { GradingPolicy(&$0) } ?? .unread
        timeLimits = reader.object("time_limits") { TimeLimits(&$0) } ?? .unread
        resolution = reader.object("resolution") { ResolutionPolicy(&$0) } ?? .unread
        visits = reader.object("visits") { VisitPlan(&$0) } ?? .unread
        meetings = reader.objects("meetings") { MeetingPlanItem(&$0) } ?? []
        silence = reader.object("silence") { SilencePolicy(&$0) } ?? .unread
        digest = reader.object("digest") { DigestRules(&$0) } ?? .unread
        workingHours = reader.object("working_hours") { WorkingHours(&$0) }
        escalation = reader.objects("escalation") { EscalationLadder(&$0) } ?? []
        customers = reader.object("customers") { CustomerPolicy(&$0) } ?? .none
        blueprint = reader.object("blueprint") { Blueprint(&$0) } ?? .empty
        guidance = reader.object("guidance") { Guidance(&$0) } ?? .none
        gaps = reader.objects("gaps") { GapGuide(&$0) } ?? []
        impactControl = reader.object("impact_control") { ImpactControlMap(&$0) }
        crisisPlan = reader.object("crisis_plan") { CrisisPlan(&$0) }
        standards = reader.objects("standards") { ServiceStandard(&$0) } ?? []
        commitments = reader.objects("commitments") { Commitment(&$0) } ?? []
        benchmarks = reader.objects("benchmarks") { Benchmark(&$0) } ?? []
        surveys = reader.object("surveys") { SurveyPolicy(&$0) }
        load = reader.object("load") { LoadPolicy(&$0) }
        check(&reader)
    }
}

/// What stands in for a part that could not be read; the faults keep it from ever being used.
extension IntakePolicy {
    fileprivate static let unread = IntakePolicy(earliest: .zero, greatestLead: .zero)
}

extension GradingPolicy {
    fileprivate static let unread = GradingPolicy(rules: [], flagFrom: .important, visitsCount: false)
}

extension TimeLimits {
    fileprivate static let unread = TimeLimits(limits: [], warnAtPercent: 50)
}

extension ResolutionPolicy {
    fileprivate static let unread = ResolutionPolicy(
        confirmedBySilenceAfter: .zero, falseClosingWithin: .zero, leftWhenReopened: .zero,
        secondComplaintWithin: .months(1))
}

extension VisitPlan {
    fileprivate static let unread = VisitPlan(items: [], attempts: 1)
}

extension DigestRules {
    fileprivate static let unread = DigestRules(backdatedAfter: .zero, smallSample: 0, underReportingPercent: 0)
}

extension SilencePolicy {
    fileprivate static let unread = SilencePolicy(noRecordsAfter: .zero, notHeardAfter: .zero)
}
