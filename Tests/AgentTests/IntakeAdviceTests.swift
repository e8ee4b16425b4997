import Foundation
import Handbooks
import Records
import Testing

@testable import Agent

/// Who takes a complaint in is told at once what the handbook says of it.
@Suite struct IntakeAdviceTests {
    private func advice(_ body: String, _ query: String = "") async throws -> [String: Any]? {
        var answer = Data()
        try await withAgent { agent in answer = try await agent.ask("POST", "/v1/records" + query, body).body }
        let report = try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        return rows.first?["advice"] as? [String: Any]
    }

    private func lines(_ advice: [String: Any]?, _ part: String, _ language: String) -> [String] {
        (advice?[part] as? [String: Any])?[language] as? [String] ?? []
    }

    @Test func salesComplaintBringsUpItsRiskProfileAndTheSuspectedGap() async throws {
        let advice = try await advice(#"{"kind":"complaint","text":"说好的学区没有了","category":"销售管理"}"#)
        #expect(lines(advice, "risk", "zh-CN").contains("热点：承诺"))
        #expect(lines(advice, "risk", "en").contains("prevention cheap, mending dear"))
        #expect(advice?["suspected_gap"] as? [String: String] == ["zh-CN": "沟通差距", "en": "communication gap"])
        #expect(lines(advice, "guidance", "en") == [])
    }

    @Test func whatTheCustomerSeeksBringsUpTheGuidanceCard() async throws {
        let advice = try await advice(#"{"kind":"complaint","text":"没人理我","seeks":"求尊重"}"#)
        #expect(lines(advice, "guidance", "en").count == 6)
        #expect(lines(advice, "guidance", "zh-CN").first?.hasPrefix("开场：") == true)
        #expect(lines(advice, "principles", "zh-CN").first?.hasPrefix("自尊：") == true)
    }

    @Test func adviceComesBeforeAnythingIsSavedWhenAskedSo() async throws {
        let advice = try await advice(#"{"kind":"complaint","text":"漏水","category":"leaks"}"#, "?dry_run=true")
        #expect(!lines(advice, "risk", "en").isEmpty)
    }

    @Test(arguments: [
        #"{"kind":"complaint","text":"不满"}"#, #"{"kind":"visit","satisfaction":5}"#,
        #"{"kind":"complaint","text":"x","category":"nothing"}"#,
    ]) func whereTheHandbookHasNothingToSayItSaysNothing(_ body: String) async throws {
        #expect(try await advice(body) == nil)
    }
}
