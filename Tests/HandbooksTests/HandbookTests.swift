import Handbooks
import Records
import StrictYAML
import Testing

@Suite struct HandbookTests {
    private var text: String { Handbook.bundledText(named: "property-management") ?? "" }

    private func faults(_ text: String) -> [String] {
        do {
            _ = try Handbook.read(yaml: text, file: "h.yaml")
            return []
        } catch { return error.faults.map(\.description) }
    }

    /// The line of the text that contains `part`, from 1.
    private func line(of part: String, in text: String) -> Int {
        (text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(part) } ?? -1) + 1
    }

    @Test func bundledHandbookHoldsTheDomainsNumbers() {
        let handbook = Handbook.standard
        #expect(handbook.title == Term("物业管理服务手册", "Property management service handbook"))
        #expect(handbook.zone.name == "Asia/Shanghai")
        #expect(handbook.grading.hotRule?.complainants == 3)
        #expect(handbook.grading.hotRule?.within == .months(1))
        #expect(handbook.grading.flagFrom == .important)
        #expect(
            handbook.timeLimits.limits.map(\.within) == [
                .duration(.hours(2)), .duration(.hours(2)), .duration(.days(1)),
            ])
        #expect(handbook.timeLimits.warnAtPercent == 75)
        #expect(handbook.resolution.confirmedBySilenceAfter == .days(7))
        #expect(handbook.resolution.leftWhenReopened == .hours(24))
        #expect(handbook.resolution.secondComplaintWithin == .months(3))
        #expect(handbook.visits.attempts == 3)
        #expect(handbook.meetings.count == 3)
        #expect(
            handbook.digest
                == DigestRules(
                    backdatedAfter: .days(7), smallSample: 10, underReportingPercent: 50, closesAfter: .days(3),
                    remindsAfter: .days(2)))
    }

    @Test func sixHotSpotsOfEngineeringAreInTheBundledHandbook() {
        let below = Handbook.standard.categories.filter { $0.parent == "engineering" }.map(\.term.chinese)
        #expect(below == ["木门", "装饰", "渗漏", "门窗", "裂缝", "给排水暖通"])
        #expect(Handbook.standard.categories.filter { $0.parent == "doors" }.count == 5)
    }

    @Test func everyCategoryOfTheBundledHandbookHasAnOwner() {
        for category in Handbook.standard.categories {
            #expect(Handbook.standard.owner(ofCategory: category.code) != nil, "\(category.code)")
        }
        #expect(Handbook.standard.owner(ofCategory: "leaks_roof")?.code == "engineering")
        #expect(Handbook.standard.risk(ofCategory: "sales")?.advice.english.contains("media and lawsuits") == true)
        #expect(Handbook.standard.owner(ofCategory: "nothing") == nil)
    }

    @Test func formsFindCategoriesByAnyWord() {
        let policy = Handbook.standard.formPolicy
        for word in ["leaks_roof", "屋面渗漏", "roof leak", "楼顶漏水"] {
            #expect(policy.categories[word] == "leaks_roof")
        }
        #expect(policy.touchpoints["报修"] == "repair_request")
        #expect(policy.touchpoints["front desk"] == "reception")
        #expect(policy.handbook == Handbook.standard.version)
        #expect(policy.earliest.text(in: Handbook.standard.zone) == "2000-01-01T00:00:00+08:00")
        #expect(policy.greatestLead == .seconds(600))
    }

    @Test func versionNamesTheTextItWasMadeUnder() throws {
        let version = Handbook.standard.version
        #expect(version.wholeMatch(of: /property-management@1-[0-9a-f]{8}/) != nil)
        let changed = try Handbook.read(yaml: text + "# changed\n", file: "h.yaml")
        #expect(changed.version != version)
        #expect(try Handbook.read(yaml: text, file: "other.yaml").version == version)
    }

    @Test func severalFaultsAreReportedAtOnceWithTheirLines() {
        let broken = text.replacing("zone: Asia/Shanghai", with: "zone: Asia/Peking")
            .replacing("warn_at_percent: 75", with: "warn_at_percent: 175")
            .replacing("code: parking, zh: 停车管理", with: "cod: parking, zh: 停车管理")
            .replacing("grade: critical, when: group", with: "grade: kritical, when: group")
            .replacing("met_by: [arrived]", with: "met_by: [arived]")
        let found = faults(broken)
        let zoneLine = line(of: "zone: Asia/Peking", in: broken)
        #expect(found.contains { $0.hasPrefix("h.yaml:\(zoneLine):7: zone: must be a zone of the time zone database") })
        #expect(found.contains { $0.hasSuffix("time_limits.warn_at_percent: must be a whole number from 1 to 99") })
        let cod = line(of: "cod: parking", in: broken)
        #expect(
            found.contains {
                $0.hasPrefix("h.yaml:\(cod):") && $0.hasSuffix("cod: there is no such key; is code meant?")
            })
        #expect(found.contains { $0.hasPrefix("h.yaml:\(cod):") && $0.hasSuffix(".code: is missing") })
        let group = line(of: "kritical", in: broken)
        #expect(found.contains { $0.hasPrefix("h.yaml:\(group):") && $0.hasSuffix("is critical meant?") })
        #expect(found.contains { $0.hasSuffix("is arrived meant?") })
    }

    @Test func numbersOfTheDigestAreReadAndCheckedLikeTheOthers() throws {
        let changed = try Handbook.read(
            yaml: text.replacing("backdated_after: 7d", with: "backdated_after: 36h")
                .replacing("small_sample: 10", with: "small_sample: 25"), file: "h.yaml")
        #expect(changed.digest.backdatedAfter == .hours(36))
        #expect(changed.digest.smallSample == 25)
        let broken = text.replacing("backdated_after: 7d", with: "backdated_after: soon")
            .replacing("small_sample: 10", with: "small_sample: 1001")
            .replacing("under_reporting_percent: 50", with: "under_reporting_share: 0.5")
        let line = line(of: "backdated_after", in: broken)
        let found = faults(broken)
        #expect(found.contains { $0.hasPrefix("h.yaml:\(line):") && $0.contains("backdated_after: must be a length") })
        #expect(found.contains { $0.hasSuffix("digest.small_sample: must be a whole number from 0 to 1000") })
        #expect(found.contains { $0.contains("under_reporting_share: there is no such key") })
        #expect(found.contains { $0.hasSuffix("digest.under_reporting_percent: is missing") })
    }

    @Test func wordThatNamesTwoCategoriesIsAFault() {
        let broken = text.replacing("aliases: [噪音, 噪声,", with: "aliases: [噪音, 漏水,")
        #expect(faults(broken).contains { $0.hasSuffix("noise: the word 漏水 already names leaks") })
    }

    @Test func referencesMustLeadSomewhere() {
        let broken = text.replacing("parent: leaks, aliases: [屋顶", with: "parent: leeks, aliases: [屋顶")
            .replacing("department: design\n", with: "department: desing\n")
            .replacing("customer_type: committee", with: "customer_type: committees")
            .replacing("number: \"2\"", with: "number: letter")
            .replacing(
                "departments: [call_centre, customer_service, engineering, property]", with: "departments: [calls]")
        let found = faults(broken)
        #expect(found.contains { $0.hasSuffix("there is no category leeks to be its parent") })
        #expect(found.contains { $0.hasSuffix("there is no department desing") })
        #expect(found.contains { $0.hasSuffix("there is no customer type committees") })
        #expect(found.contains { $0.hasSuffix("plan item letter: a contact of key accounts is called so, too") })
        #expect(found.contains { $0.hasSuffix("there is no department calls") })
    }

    @Test func parentsInACircleAreAFault() {
        let broken = text.replacing(
            "{code: doors, zh: 木门, en: doors, parent: engineering",
            with: "{code: doors, zh: 木门, en: doors, parent: doors_paint")
        #expect(faults(broken).contains { $0.contains("its parents lead nowhere or in a circle") })
    }

    @Test func everyRequiredPartIsMissedInAnEmptyHandbook() {
        let found = faults("name: x\n")
        #expect(found.count == 15)
        #expect(found.allSatisfy { $0.hasPrefix("h.yaml:1:1: ") && $0.hasSuffix("is missing") })
    }

    @Test func spansAreReadAndSaid() throws {
        #expect(Span("1mo") == .months(1))
        #expect(Span("7d") == .duration(.days(7)))
        #expect(["", "mo", "0mo", "-1mo", "1201mo", "0d", "7", "1.5d"].allSatisfy { Span($0) == nil })
        #expect(Span.duration(.seconds(5400)).description == "1h30m")
        #expect(Span.months(1).text(.english) == "1 month")
        #expect(Span.duration(.days(7)).text(.chinese) == "7 天")
    }
}
