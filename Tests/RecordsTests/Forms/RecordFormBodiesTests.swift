import Foundation
import SwiftProtobuf
import Testing

@testable import Records

struct RecordFormBodiesTests {
    @Test(arguments: [
        [
            "channel": "电话", "form": "书面", "phase": "售后", "category": "渗漏", "touchpoint": "交房", "lawsuit": "可能",
            "media": "已发生", "support": "其他公司", "origin": "外生", "source": "第三方", "lapse": "失度", "about": "服务过程",
            "impact": "大", "control": "弱", "seeks": "求尊重", "urgent": "是", "our_responsibility": "否",
            "delay_cause": "不可抗力", "group_size": "12", "subject": "漏水", "product": "K7",
        ],
        [
            "channel": "phone", "form": "written", "phase": "after_sale", "category": "LEAKS", "touchpoint": "handover",
            "lawsuit": "threatened", "media": "happened", "support": "company", "origin": "exogenous",
            "source": "third_party", "lapse": "excess", "about": "process", "impact": "large", "control": "weak",
            "seeks": "respect", "urgent": "yes", "our_responsibility": "no", "delay_cause": "force_majeure",
            "group_size": "12", "subject": "漏水", "product": "K7",
        ],
    ])
    func complaintIsReadInChineseWordsAndInCodes(fields: [String: String]) throws {
        let form = try RecordForm(texts(fields), kind: .complaint, source: .text, context: context())
        let expected = Complaint.with {
            ($0.channel, $0.form, $0.phase) = (.phone, .written, .afterSale)
            ($0.category, $0.touchpoint, $0.product, $0.groupSize) = ("leaks", "handover", "K7", 12)
            ($0.lawsuit, $0.media, $0.support) = (.threatened, .happened, .company)
            ($0.origin, $0.source, $0.lapse, $0.about) = (.exogenous, .thirdParty, .excess, .process)
            ($0.impact, $0.control, $0.seeks) = (.large, .weak, .respect)
            ($0.urgent, $0.ourResponsibility, $0.delayCause) = (true, false, .forceMajeure)
        }
        #expect(form.facts.complaint == expected)
        #expect(form.personal.subject == "漏水")
    }

    @Test func complaintNeedsATextOrASubject() throws {
        #expect(try faults([:]).map(\.field) == ["text"])
        #expect(try faults(texts(["subject": "x"])).isEmpty)
    }

    @Test func visitIsReadFromJSON() throws {
        let form = try RecordForm(
            json(
                #"""
                {"method": "上门", "reached": true, "satisfaction": 4, "recommendation": 0, "expectation": "惊喜",
                 "plan_items": ["2", "3"], "follow_up_at": "2026-07-08", "case": "C-1", "confirms_resolution": false,
                 "uses": "电梯", "told": "周三来修", "help_needed": ["拐杖"],
                 "problems": [{"category": "渗漏", "touchpoint": "交房", "product": "K7", "text": "墙湿"}, {"text": "门响"}]}
                """#), kind: .visit, context: context())
        let visit = form.facts.visit
        #expect((visit.method, visit.reached, visit.satisfaction, visit.recommendation) == (.onSite, true, 4, 0))
        #expect(visit.hasRecommendation)
        #expect(visit.expectation == .delighted)
        #expect(visit.planItems == ["2", "3"])
        #expect(Timestamp(milliseconds: visit.followUpAt).rfc3339 == "2026-07-07T16:00:00Z")
        #expect(visit.caseID == RecordID(site: try SiteID("lakeview"), clientID: "C-1").data)
        #expect(visit.hasConfirmsResolution && !visit.confirmsResolution)
        #expect(visit.problems.map(\.category) == ["leaks", ""])
        #expect(form.personal.problemTexts == ["墙湿", "门响"])
        #expect(form.personal.helpNeeded == ["拐杖"])
        #expect((form.personal.uses, form.personal.told) == ("电梯", "周三来修"))
    }

    @Test func visitOfASpreadsheetHasOneProblem() throws {
        let fields = [
            "problem": "墙湿", "category": "渗漏", "product": "K7", "satisfaction": "２", "reached": "否", "method": "phone",
        ]
        let form = try RecordForm(texts(fields), kind: .visit, source: .text, context: context())
        #expect(form.facts.visit.problems == [Visit.Problem.with { ($0.category, $0.product) = ("leaks", "K7") }])
        #expect(form.personal.problemTexts == ["墙湿"])
        #expect(!form.facts.visit.reached)
    }

    @Test func categoryOfAVisitWithoutAProblemSaysThatTheProblemIsMissing() throws {
        let faults = try faults(texts(["category": "渗漏", "product": "K7"]), .visit, .text)
        #expect(
            faults == [
                FieldFault(
                    field: "problem",
                    Term(
                        "缺少：category、touchpoint、product 说的是什么问题",
                        "is missing: what category, touchpoint and product are about"))
            ])
    }

    @Test func faultsOfAVisitHaveTheirPaths() throws {
        let object = try json(
            #"""
            {"method": "pigeon", "satisfaction": 6, "recommendation": 11, "follow_up_at": "soon", "confirms_resolution": true,
             "problems": [{"text": "x"}, {"category": "ghosts"}, 7], "help_needed": [1]}
            """#)
        #expect(
            Set(try faults(object, .visit).map(\.field)) == [
                "method", "satisfaction", "recommendation", "follow_up_at", "confirms_resolution",
                "problems[1].category",
                "problems[1].text", "problems[2]", "help_needed[0]",
            ])
    }

    @Test func stepIsReadInChineseWords() throws {
        let id = RecordID(high: 1, low: 2).description
        let form = try RecordForm(
            texts([
                "case": id, "step": "根本原因", "causes": "技术瓶颈；沟通缺失", "gap": "3", "whys": "漏;防水没做;省了一道工序",
                "group_size": "5", "lawsuit": "无", "urgent": "否", "grade": "热点",
            ]), kind: .step, source: .text, context: context())
        let step = form.facts.step
        #expect(step.caseID == RecordID(high: 1, low: 2).data)
        #expect(step.kind == .rootCause)
        #expect(step.causes == [.technology, .noCommunication])
        #expect((step.gap, step.groupSize, step.grade) == (3, 5, 3))
        #expect(step.hasLawsuit && step.lawsuit == .none)
        #expect(step.hasUrgent && !step.urgent)
        #expect(!step.hasMedia && !step.hasSupport && !step.hasImpact && !step.hasControl)
        #expect(form.personal.whys == ["漏", "防水没做", "省了一道工序"])
    }

    @Test func everyKindOfStepIsTakenWithWhatItNeeds() throws {
        for word in CaseStep.Kind.vocabulary {
            var fields = ["case": "C-1", "step": word.term.chinese, "text": "因为", "to_site": "oldtown"]
            (fields["stage"], fields["power"], fields["delay_cause"], fields["grade"]) = ("处理", "督办", "我方", "一般")
            let form = try RecordForm(texts(fields), kind: .step, source: .text, context: context())
            #expect(form.facts.step.kind == word.value)
        }
    }

    @Test(arguments: [
        ("stage_entered", "stage"), ("power_used", "power"), ("delay_cause", "delay_cause"), ("dispatched", "to_site"),
        ("transferred", "to_site"), ("grade_lowered", "grade"), ("refused", "text"),
    ])
    func stepWithoutWhatItNeedsIsRefused(step: String, field: String) throws {
        #expect(try faults(texts(["case": "C-1", "step": step]), .step, .text).map(\.field) == [field])
    }

    @Test func stepNeedsACaseAndAKind() throws {
        #expect(try faults([:], .step).map(\.field) == ["case", "step"])
        let wrong = ["case": "C-1", "step": "dance", "causes": "x", "gap": "6", "to_site": "湖", "grade": "5"]
        #expect(
            try Set(faults(texts(wrong), .step, .text).map(\.field)) == ["step", "causes", "gap", "to_site", "grade"])
    }

    @Test func surveyAnswerIsRead() throws {
        let fields = [
            "survey": "2026-autumn", "mode": "语音应答", "satisfaction": "5", "duration_seconds": "65", "scores.q2": "4.5",
            "scores.q1": "３", "text": "都好",
        ]
        let form = try RecordForm(texts(fields), kind: .survey, source: .text, context: context())
        #expect(form.facts.survey.mode == .ivr)
        #expect(form.facts.survey.scores.map(\.question) == ["q1", "q2"])
        #expect(form.facts.survey.scores.map(\.value) == [3, 4.5])
        #expect(form.facts.survey.durationSeconds == 65)
        let object = try json(#"{"mode": "fax", "satisfaction": "5", "duration_seconds": -1, "scores": {"q": "much"}}"#)
        #expect(
            Set(try faults(object, .survey).map(\.field))
                == ["survey", "mode", "satisfaction", "duration_seconds", "scores.q"])
    }

    @Test func customerProfileIsRead() throws {
        let fields = [
            "customer.number": "V1", "type": "业主", "tier": "VIP", "owner": "wang.li", "brand": "湖景", "key_account": "是",
            "figures.arpu": "12.5", "figures.annual_sales": "1,200",
        ]
        let form = try RecordForm(texts(fields), kind: .customer, source: .text, context: context())
        let profile = form.facts.customer
        #expect((profile.type, profile.tier, profile.owner, profile.brand) == ("业主", "VIP", "wang.li", "湖景"))
        #expect(profile.keyAccount)
        #expect(profile.figures.map(\.name) == ["annual_sales", "arpu"])
        #expect(profile.figures.map(\.value) == [1200, 12.5])
        #expect(try faults(texts(["type": "业主"]), .customer, .text).map(\.field) == ["customer"])
        #expect(
            try faults(texts(["customer": "V1", "figures.arpu": "much"]), .customer, .text).map(\.field) == [
                "figures.arpu"
            ])
    }
}
