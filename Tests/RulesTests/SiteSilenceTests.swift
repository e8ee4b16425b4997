import Handbooks
import Records
import Rules
import Testing

@Suite struct SiteSilenceTests {
    private func silence(lastRecord: String, heard: String, now: String) throws -> SiteSilence {
        let zone = try zoneNamed("Asia/Shanghai")
        return SiteSilence(
            try SiteID("A3"), lastRecord: try moment(lastRecord, zone), heardUntil: try moment(heard, zone),
            policy: Handbook.standard.silence, at: try moment(now, zone))
    }

    @Test func heardSiteWithoutRecordsForAWeekIsQuiet() throws {
        let before = try silence(lastRecord: "2019-07-01", heard: "2019-07-07 23:59", now: "2019-07-08")
        #expect(before.status == .active)
        let quiet = try silence(lastRecord: "2019-07-01", heard: "2019-07-08", now: "2019-07-08")
        let since = try moment("2019-07-01", zoneNamed("Asia/Shanghai"))
        #expect(quiet.status == .quiet(since: since))
        let flag = try #require(quiet.flag(policy: Handbook.standard.silence))
        #expect(flag.kind == .siteSilent)
        #expect(
            flag.text(.english, handbook: .standard) == "A3: no records since 2019-07-01 00:00, though the link is up")
    }

    @Test func lostLinkIsNeverTakenForSilence() throws {
        let silence = try silence(lastRecord: "2019-06-01", heard: "2019-07-01", now: "2019-07-02")
        #expect(silence.status == .unheard(since: try moment("2019-07-01", zoneNamed("Asia/Shanghai"))))
        #expect(silence.flag(policy: Handbook.standard.silence)?.kind == .siteUnheard)
        #expect(silence.nextReview == nil)
    }

    @Test func activeSiteIsReviewedWhenItCouldGoOutOfReach() throws {
        let silence = try silence(lastRecord: "2019-07-01", heard: "2019-07-01 12:00", now: "2019-07-01 12:00")
        #expect(silence.status == .active)
        #expect(silence.flag(policy: Handbook.standard.silence) == nil)
        #expect(silence.nextReview == (try moment("2019-07-02 12:00", zoneNamed("Asia/Shanghai"))))
    }
}
