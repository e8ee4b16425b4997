import Foundation

extension FormParts {
    mutating func readBody(_ kind: RecordKind, _ reader: inout FormReader) {
        switch kind {
        case .visit: facts.visit = visit(&reader)
        case .complaint: facts.complaint = complaint(&reader)
        case .step: facts.step = step(&reader)
        case .survey: facts.survey = survey(&reader)
        case .customer: facts.customer = customer(&reader)
        case .load: facts.load = load(&reader)
        case .retraction: facts.retraction = retraction(&reader)
        case .erasure: facts.erasure = erasure(&reader)
        case .action: facts.action = action(&reader)
        case .lesson: facts.lesson = lesson(&reader)
        case .progress: facts.progress = progress(&reader)
        }
    }

    private mutating func visit(_ reader: inout FormReader) -> Visit {
        var visit = Visit()
        visit.method = reader.word("method") ?? .unspecified
        visit.reached = reader.truth("reached") ?? true
        if let value = reader.integer("satisfaction", in: 1...5) { visit.satisfaction = UInt32(value) }
        if let value = reader.integer("recommendation", in: 0...10) { visit.recommendation = UInt32(value) }
        visit.expectation = reader.word("expectation") ?? .unspecified
        visit.planItems = reader.strings("plan_items", limit: 64)
        if let time = reader.time("follow_up_at") { visit.followUpAt = time.milliseconds }
        if let text = reader.string("case", limit: 128) { visit.caseID = caseID(text) }
        if let value = reader.truth("confirms_resolution") {
            visit.confirmsResolution = value
            if visit.caseID.isEmpty {
                reader.refuse("confirms_resolution", Term("需要写明是哪个案件", "needs the case that it is about"))
            }
        }
        personal.uses = reader.string("uses") ?? ""
        personal.told = reader.string("told", limit: FormReader.textLimit) ?? ""
        personal.helpNeeded = reader.strings("help_needed")
        readProblems(&visit, &reader)
        return visit
    }

    private mutating func readProblems(_ visit: inout Visit, _ reader: inout FormReader) {
        if reader.source == .text, let text = reader.string("problem", limit: FormReader.textLimit) {
            // A spreadsheet has one problem a row.
            var problem = Visit.Problem()
            problem.category = category("category", &reader)
            problem.touchpoint = touchpoint("touchpoint", &reader)
            problem.product = reader.string("product") ?? ""
            visit.problems.append(problem)
            personal.problemTexts.append(text)
        } else if reader.source == .text, reader.faults.isEmpty {
            let about = ["category", "touchpoint", "product"].filter { reader.value($0) != nil }
            if !about.isEmpty {
                reader.refuse(
                    "problem",
                    Term(
                        "缺少：category、touchpoint、product 说的是什么问题",
                        "is missing: what category, touchpoint and product are about"))
            }
        }
        for var nested in reader.objects("problems") {
            var problem = Visit.Problem()
            problem.category = category("category", &nested)
            problem.touchpoint = touchpoint("touchpoint", &nested)
            problem.product = nested.string("product") ?? ""
            personal.problemTexts.append(nested.required("text", limit: FormReader.textLimit) ?? "")
            nested.finish()
            reader.include(nested)
            visit.problems.append(problem)
        }
    }

    private mutating func complaint(_ reader: inout FormReader) -> Complaint {
        var complaint = Complaint()
        personal.subject = reader.string("subject") ?? ""
        if personal.subject.isEmpty, personal.text.isEmpty, reader.faults.isEmpty {
            reader.refuse("text", Term("缺少：投诉要有正文或标题", "is missing: a complaint needs a text or a subject"))
        }
        complaint.channel = reader.word("channel") ?? .unspecified
        complaint.form = reader.word("form") ?? .unspecified
        complaint.phase = reader.word("phase") ?? .unspecified
        complaint.category = category("category", &reader)
        complaint.touchpoint = touchpoint("touchpoint", &reader)
        complaint.product = reader.string("product") ?? ""
        complaint.groupSize = UInt32(reader.integer("group_size", in: 1...1_000_000) ?? 1)
        complaint.lawsuit = reader.word("lawsuit") ?? .none
        complaint.media = reader.word("media") ?? .none
        complaint.support = reader.word("support") ?? .none
        complaint.origin = reader.word("origin") ?? .unspecified
        complaint.source = reader.word("source") ?? .unspecified
        complaint.lapse = reader.word("lapse") ?? .unspecified
        complaint.about = reader.word("about") ?? .unspecified
        complaint.impact = reader.word("impact") ?? .unspecified
        complaint.control = reader.word("control") ?? .unspecified
        complaint.seeks = reader.word("seeks") ?? .unspecified
        complaint.urgent = reader.truth("urgent") ?? false
        if let ours = reader.truth("our_responsibility") { complaint.ourResponsibility = ours }
        complaint.delayCause = reader.word("delay_cause") ?? .notStated
        return complaint
    }

    private mutating func step(_ reader: inout FormReader) -> CaseStep {
        var step = CaseStep()
        step.caseID = reader.required("case", limit: 128).map(caseID) ?? .init()
        if let kind = reader.word("step", of: CaseStep.Kind.self) {
            step.kind = kind
        } else if reader.value("step") == nil {
            reader.refuse("step", Term("缺少，应为以下之一：\(CaseStep.Kind.codes)", "is missing: one of \(CaseStep.Kind.codes)"))
        }
        if let cause = reader.word("delay_cause", of: DelayCause.self) { step.delayCause = cause }
        step.power = reader.word("power") ?? .unspecified
        step.stage = reader.word("stage") ?? .unspecified
        step.causes = reader.strings("causes").compactMap { text in
            if let cause = CaseStep.Cause.named(text) { return cause }
            reader.refuse("causes", Term("必须取自：\(CaseStep.Cause.codes)", "must be of \(CaseStep.Cause.codes)"))
            return nil
        }
        step.gap = UInt32(reader.integer("gap", in: 1...5) ?? 0)
        step.toPerson = reader.string("to_person", limit: 128) ?? ""
        if let text = reader.string("to_site", limit: 64) {
            step.toSite = text
            if (try? SiteID(text)) == nil { reader.refuse("to_site", Term("不是网点编号", "is not a site id")) }
        }
        readChangedFacts(&step, &reader)
        personal.whys = reader.strings("whys", limit: 4096)
        checkStep(step, &reader)
        return step
    }

    private func readChangedFacts(_ step: inout CaseStep, _ reader: inout FormReader) {
        if let size = reader.integer("group_size", in: 1...1_000_000) { step.groupSize = UInt32(size) }
        if let value = reader.word("lawsuit", of: Complaint.Danger.self) { step.lawsuit = value }
        if let value = reader.word("media", of: Complaint.Danger.self) { step.media = value }
        if let value = reader.word("support", of: Complaint.Support.self) { step.support = value }
        if let value = reader.word("impact", of: Complaint.Impact.self) { step.impact = value }
        if let value = reader.word("control", of: Complaint.Control.self) { step.control = value }
        if let value = reader.truth("urgent") { step.urgent = value }
        if let grade = reader.word("grade", of: Grade.self) { step.grade = UInt32(grade.rawValue) }
    }

    /// What a kind of step cannot do without.
    private func checkStep(_ step: CaseStep, _ reader: inout FormReader) {
        switch step.kind {
        case .stageEntered where step.stage == .unspecified:
            reader.refuse(
                "stage", Term("缺少，应为以下之一：\(CaseStep.Stage.codes)", "is missing: one of \(CaseStep.Stage.codes)"))
        case .powerUsed where step.power == .unspecified:
            reader.refuse(
                "power", Term("缺少，应为以下之一：\(CaseStep.Power.codes)", "is missing: one of \(CaseStep.Power.codes)"))
        case .delayCause where reader.fields["delay_cause"] == nil:
            reader.refuse(
                "delay_cause", Term("缺少，应为以下之一：\(DelayCause.codes)", "is missing: one of \(DelayCause.codes)"))
        case .dispatched where step.toSite.isEmpty, .transferred where step.toSite.isEmpty:
            reader.refuse("to_site", Term("缺少：案件转往哪个网点", "is missing: the site that the case goes to"))
        case .gradeLowered where step.grade == 0:
            reader.refuse("grade", Term("缺少，应为以下之一：\(Grade.codes)", "is missing: one of \(Grade.codes)"))
        case .gradeLowered where personal.text.isEmpty, .refused where personal.text.isEmpty:
            reader.refuse("text", Term("缺少：原因", "is missing: the reason"))
        default: break
        }
    }

    private func load(_ reader: inout FormReader) -> LoadNote {
        var note = LoadNote()
        if let visitors = reader.integer("visitors", in: 0...1_000_000) {
            note.visitors = UInt32(visitors)
        } else if reader.fields["visitors"] == nil {
            reader.refuse("visitors", Term("缺少：当天来客数", "is missing: how many customers came that day"))
        }
        note.staff = UInt32(reader.integer("staff", in: 0...100_000) ?? 0)
        note.capacity = UInt32(reader.integer("capacity", in: 1...1_000_000) ?? 0)
        return note
    }

    private mutating func survey(_ reader: inout FormReader) -> SurveyAnswer {
        var answer = SurveyAnswer()
        answer.survey = reader.required("survey", limit: 128) ?? ""
        answer.mode = reader.word("mode") ?? .unspecified
        if let value = reader.integer("satisfaction", in: 1...5) { answer.satisfaction = UInt32(value) }
        if let seconds = reader.integer("duration_seconds", in: 0...86_400) { answer.durationSeconds = UInt32(seconds) }
        if var scores = reader.object("scores") {
            for question in scores.fields.keys.sorted() {
                guard let value = scores.number(question) else { continue }
                var score = SurveyAnswer.Score()
                (score.question, score.value) = (question, value)
                answer.scores.append(score)
            }
            reader.include(scores)
        }
        return answer
    }

    private mutating func customer(_ reader: inout FormReader) -> CustomerProfile {
        var profile = CustomerProfile()
        profile.type = reader.string("type", limit: 128) ?? ""
        profile.tier = reader.string("tier", limit: 128) ?? ""
        profile.owner = reader.string("owner", limit: 128) ?? ""
        profile.brand = reader.string("brand", limit: 128) ?? ""
        profile.keyAccount = reader.truth("key_account") ?? false
        profile.event = reader.word("event") ?? .unspecified
        if var figures = reader.object("figures") {
            for name in figures.fields.keys.sorted() {
                guard let value = figures.number(name) else { continue }
                var figure = ValueFigure()
                (figure.name, figure.value) = (name, value)
                profile.figures.append(figure)
            }
            reader.include(figures)
        }
        if facts.customerTokens.isEmpty, reader.faults.isEmpty {
            reader.refuse(
                "customer",
                Term("缺少：客户档案要有编号、电话、电子邮箱或姓名", "is missing: a profile needs a number, phone, e-mail or name"))
        }
        return profile
    }
}
