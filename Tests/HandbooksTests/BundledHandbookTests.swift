import Handbooks
import Records
import StrictYAML
import Testing

/// What must be there on an organisation's first day, whichever bundled handbook it starts from.
@Suite struct BundledHandbookTests {
    private func handbook(_ name: String) throws -> Handbook { try #require(Handbook.bundled(named: name)) }

    @Test(arguments: Handbook.bundledNames) func readsWithoutFaultsAndWithoutWarnings(_ name: String) throws {
        let text = try #require(Handbook.bundledText(named: name))
        let reading = Handbook.examine(yaml: text, file: name)
        #expect(reading.faults.map(\.description) == [])
        #expect(reading.warnings.map(\.description) == [])
        #expect(reading.value?.name == name)
    }

    @Test func unknownNameIsNoBundledHandbook() {
        #expect(Handbook.bundled(named: "nothing") == nil)
        #expect(Handbook.bundledText(named: "shared") == nil)
    }

    @Test(arguments: Handbook.bundledNames) func everyGuideIsThereInFull(_ name: String) throws {
        let handbook = try handbook(name)
        #expect(handbook.guidance.cards.map(\.seeks) == [.respect, .compensation, .venting])
        #expect(
            handbook.guidance.principles.map(\.term.chinese) == ["自尊", "认可", "从众", "行动", "焦点", "重要", "期望", "威望"])
        #expect(handbook.gaps.map(\.number) == [1, 2, 3, 4, 5])
        #expect(handbook.gaps.map(\.causes.count) == [3, 4, 5, 2, 2])
        #expect(handbook.impactControl?.cells.count == 4)
        #expect(handbook.crisisPlan?.trigger == .critical)
        #expect((handbook.crisisPlan?.checklist.count ?? 0) >= 5)
        #expect(handbook.escalation.map(\.grade) == [.ordinary, .important, .hot, .critical])
        #expect(handbook.escalation[0].rungs.map(\.after) == [3, 5, 7].map { .duration(.days($0)) })
        #expect(Set(handbook.benchmarks.map(\.kind)) == Set(Benchmark.Kind.allCases))
        #expect(handbook.standards.count >= 5)
        #expect(handbook.commitments.count >= 3)
        #expect(handbook.load?.contingency.isEmpty == false)
    }

    @Test(arguments: Handbook.bundledNames) func everyCategoryHasOwnerRiskAndSuspectedGap(_ name: String) throws {
        let handbook = try handbook(name)
        for category in handbook.categories where category.code != "other" {
            #expect(handbook.owner(ofCategory: category.code) != nil, "\(category.code)")
            #expect(handbook.risk(ofCategory: category.code) != nil, "\(category.code)")
            #expect(handbook.suspectedGap(ofCategory: category.code) != nil, "\(category.code)")
        }
    }

    @Test(arguments: Handbook.bundledNames) func salesRisksAreThoseOfTheDomain(_ name: String) throws {
        let handbook = try handbook(name)
        let sales = try #require(handbook.risk(ofCategory: "sales"))
        #expect(sales.tendencies == [.critical, .collective, .media, .lawsuit])
        #expect(sales.hotSpot == Term("承诺", "promises"))
        #expect(sales.prevention == .cheap && sales.mending == .dear)
        #expect(handbook.risk(ofCategory: "design")?.tendencies == [.hot, .rarelyCritical])
        #expect(handbook.suspectedGap(ofCategory: "sales")?.number == 4)
    }

    @Test(arguments: Handbook.bundledNames) func questionnairesAreThereAndShortEnough(_ name: String) throws {
        let surveys = try #require(try handbook(name).surveys)
        #expect(surveys.thirdPartyEvery == .months(6))
        #expect(surveys.longestInterview == .seconds(20 * 60))
        #expect(surveys.questionnaires.map(\.code) == ["satisfaction", "five_elements", "ideas"])
        let elements = try #require(surveys.questionnaire("five_elements"))
        for element in Questionnaire.Element.allCases {
            for aspect in Questionnaire.Aspect.allCases {
                #expect(elements.questions.contains { $0.element == element && $0.aspect == aspect })
            }
        }
        #expect(surveys.questionnaire("ideas")?.questions.allSatisfy { $0.scale == nil } == true)
    }

    @Test func vehicleServiceHasItsSixteenFailPointsWithCountermeasures() throws {
        let handbook = try handbook("vehicle-service")
        let points = handbook.blueprint.failPoints
        #expect(points.count == 16)
        let measures = Dictionary(uniqueKeysWithValues: points.map { ($0.failPoint.code, $0.failPoint.countermeasure) })
        #expect(measures["need_forgotten"]?.english == "5 % off for those who remind us")
        #expect(measures["area_not_found"]?.chinese == "设置指示标志")
        #expect(measures["no_feedback"]?.english == "a satisfaction card with the keys")
        for point in points {
            #expect(point.touchpoint != nil, "\(point.failPoint.code)")
        }
        let levels = Set(points.map(\.step.level))
        #expect(levels == Set(Blueprint.Level.allCases))
    }

    @Test func failPointOfAComplaintIsThatOfItsNearestCategory() throws {
        let handbook = try handbook("vehicle-service")
        func codes(_ category: String, _ touchpoint: String = "") -> [String] {
            handbook.failPoints(category: category, touchpoint: touchpoint).map(\.failPoint.code)
        }
        #expect(codes("bill_unclear") == ["bill_unclear"])
        // Two fail points name the category: the touchpoint tells them apart.
        #expect(codes("returned_late") == ["customer_not_reachable", "car_late_at_end"])
        #expect(codes("returned_late", "car_return") == ["car_late_at_end"])
        // Nobody names the part that is missing: the category above it is asked.
        #expect(codes("damage_caused") == ["work_incomplete"])
        // Without a category the touchpoint alone speaks.
        #expect(codes("", "shuttle") == ["no_shuttle"])
        #expect(codes("other", "showroom") == [])
    }

    @Test func toolkitUsersAreCalledAWeekAfterTheirFirstLogin() throws {
        let item = try #require(try handbook("software-call-centre").visits.items.first)
        #expect(item.customerType == "toolkit_user")
        #expect(item.event == .firstLogin)
        #expect(item.after == .duration(.days(7)))
        #expect(item.method == .phone)
        #expect(item.contents == Term("工具使用得怎么样？需要什么帮助？", "How is the toolkit being used? What help is needed?"))
    }
}
