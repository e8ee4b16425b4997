import Digests
import Handbooks
import Testing

@testable import Aggregator

@Suite struct StandardTargetTests {
    @Test func answeredInTimeIsMeasuredByTheLimitOfAnswers() throws {
        for name in Handbook.bundledNames {
            let handbook = try #require(Handbook.bundled(named: name))
            let standards = handbook.standards.filter { $0.metric == .answeredInTimePercent }
            #expect(!standards.isEmpty, "\(name)")
            for standard in standards {
                #expect(StandardTarget(standard, handbook)?.figure?.text == "limits.answer.kept", "\(name)")
            }
        }
    }
}
