import Aggregator
import Handbooks
import Records
import Testing

/// What a file of a rehearsal may not say.
@Suite struct RehearsalFileTests {
    private func fault(_ lines: String...) throws -> String {
        let now = try #require(Timestamp("2019-07-05 08:00", in: Handbook.standard.zone))
        do throws(RequestFailure) {
            _ = try RehearsalFile(lines.joined(separator: "\n"), handbook: .standard, at: now)
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func complaint(_ id: String, _ more: String = "") -> String {
        #"{"kind":"complaint","id":"\#(id)","occurred_at":"2019-07-01 08:00","text":"楼道灯坏了"\#(more)}"#
    }

    @Test func anIdGivenTwiceIsRefusedByItsLine() throws {
        let told = try fault(complaint("c1"), complaint("c2"), complaint("c1"))
        #expect(told.hasPrefix("3: "))
        #expect(told.contains("is given twice"))
        // Each site has names of its own.
        #expect(try fault(complaint("c1"), complaint("c1", #","site":"A2""#)) == "")
    }

    @Test func whatIsNoSiteRoleOrTimeIsTold() throws {
        #expect(try fault(complaint("c1", #","site":"A 2""#)).contains("is not a site id"))
        #expect(try fault(complaint("c1", #","role":"boss""#)).contains("must be clerk, manager or headquarters"))
        #expect(try fault(complaint("c1", #","recorded_at":"soon""#)).contains("must be a time"))
    }
}
