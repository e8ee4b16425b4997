import Records
import Testing

@testable import Digests

/// Customers in a digest: figures that add up, words that fit them, and small numbers that stay numbers.
@Suite struct CustomerMonthTests {
    static let states = [
        NamedCode("loyal", Term("忠诚", "loyal")), NamedCode("satisfied", Term("满意", "satisfied")),
        NamedCode("dissatisfied", Term("不满意", "dissatisfied")), NamedCode("lost", Term("流失", "lost")),
    ]

    private func sum(_ digest: Digest, _ prefix: String, _ suffix: String) -> Int {
        digest.figures.filter { $0.name.text.hasPrefix(prefix + ".") && $0.name.text.hasSuffix("." + suffix) }
            .reduce(0) { $0 + $1.value.observations }
    }

    @Test(arguments: 1...12) func theStatesAtEitherEndAndTheFlowsBetweenAddUp(seed: Int) {
        let digest = Digest(.customers(seed: UInt64(seed)))
        let all = digest.count("waterfall.customers")
        #expect(all == 150)
        #expect(sum(digest, "waterfall.state", "measured") + sum(digest, "waterfall.state", "decayed") == all)
        #expect(sum(digest, "waterfall.from", "customers") == all)
        #expect(sum(digest, "waterfall.state", "at_start") == all - digest.count("waterfall.first_measured"))
        for state in Self.states.map(\.code) {
            let name = FigureName("waterfall.state").adding(state)
            let from = digest.flows.filter { $0.from == state }.reduce(0) { $0 + $1.count }
            let to = digest.flows.filter { $0.to == state }.reduce(0) { $0 + $1.count }
            #expect(from == digest.count(name.adding("at_start")))
            #expect(to == digest.count(name.adding("measured")) + digest.count(name.adding("decayed")))
        }
        let ways = ["stayed", "rose", "fell", "first_measured"].map { digest.count(FigureName("waterfall").adding($0)) }
        #expect(ways.reduce(0, +) == all)
        let loyal = ["at_start", "lost", "won"].map { digest.count(FigureName("waterfall.loyal").adding($0)) }
        let now = ["measured", "decayed"].map { digest.count(FigureName("waterfall.state.loyal").adding($0)) }
        #expect(loyal[0] - loyal[1] + loyal[2] == now[0] + now[1])
        #expect(digest["waterfall.recovery"]?.observations == digest.count("waterfall.below_satisfied"))
    }

    @Test(arguments: 1...12) func tiersAndContactsAddUp(seed: Int) {
        let digest = Digest(.customers(seed: UInt64(seed)))
        #expect(sum(digest, "tiers.tier", "customers") == digest.count("tiers.customers"))
        let moves = ["up", "down", "same", "first_graded"].map { digest.count(FigureName("tiers").adding($0)) }
        #expect(moves.reduce(0, +) == digest.count("tiers.customers"))
        for name: FigureName in ["customers", "key_accounts"] {
            #expect(
                digest.count(name.adding("in_touch")) + digest.count(name.adding("out_of_touch"))
                    == digest.count(name.adding("known")))
            #expect(digest.count(name.adding("lapsed")) <= digest.count(name.adding("out_of_touch")))
        }
    }

    @Test(arguments: 1...6) func everyCountHasItsRecordsWhateverTheOrder(seed: Int) {
        let input = DigestInput.customers(seed: UInt64(seed))
        let edition = DigestEdition(input)
        for figure in edition.digest.figures {
            guard case .count(let count) = figure.value, let first = figure.name.segments.first,
                ["waterfall", "tiers", "customers", "key_accounts", "critical", "causes"].contains(first)
            else { continue }
            #expect(edition.evidence.records(of: figure.name).count == count, "\(figure.name)")
        }
        var generator = SeededGenerator(seed: UInt64(seed))
        var shuffled = input
        shuffled.cases.shuffle(using: &generator)
        shuffled.waterfall?.customers.shuffle(using: &generator)
        shuffled.tiers?.customers.shuffle(using: &generator)
        shuffled.contacts?.customers.shuffle(using: &generator)
        #expect(DigestEdition(shuffled) == edition)
    }

    @Test(arguments: Language.allCases) func everyFigureOfCustomersHasALabelInWords(language: Language) {
        let digest = Digest(.customers(seed: 1))
        let words = Wording(language: language, zone: shanghai)
        for figure in digest.figures {
            guard let first = figure.name.segments.first ?? nil,
                [
                    "waterfall", "tiers", "customers", "key_accounts", "critical", "causes", "elements", "load",
                    "reaction",
                ].contains(first)
            else { continue }
            let label = FigureLabel(digest: digest, words: words).of(figure.name)
            #expect(!label.contains("_"), "\(label)")
            if language == .chinese {
                let rest = ["五要素H2", "S0", "S1", "S2", "S3"].reduce(label) { $0.replacing($1, with: "") }
                #expect(!rest.contains { $0.isASCII && $0.isLetter }, "\(figure.name): \(label)")
            }
        }
        #expect(
            digest.told("waterfall.from.-.to.loyal.customers", language)?.label
                == words.say("客户服务瀑布 · 从 首次测得 · 到 忠诚 · 客户", "waterfall · from first measured · to loyal · customers"))
    }

    @Test func ofFewLoyalCustomersNoTypeIsTold() {
        var input = DigestInput.customers(seed: 2)
        input.waterfall?.firmType = Term("衰退型", "declining")
        #expect(Digest(input).markdown(.english).contains("declining"))
        input.waterfall?.customers = [
            .init(
                record: record(1), before: "loyal", after: "satisfied", isMeasured: false, hasFallen: false,
                isRecovered: false)
        ]
        let (chinese, english) = (Digest(input).markdown(.chinese), Digest(input).markdown(.english))
        #expect(!english.contains("declining") && english.contains("too few to tell what type"))
        #expect(!chinese.contains("衰退型") && chinese.contains("人数太少，不判断企业类型"))
    }

    @Test(arguments: Language.allCases) func aMonthWithoutCustomersSaysNothingOfThem(language: Language) {
        let text = Digest(.empty(sites: [complete("S0")])).markdown(language)
        for word in ["瀑布", "重点客户", "五要素", "阶段曲线", "aterfall", "ey accounts", "Five elements", "Stage curves"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func namesOfCustomersAreCutAndNotShownElsewhere() {
        let digest = Digest(.customers(seed: 3))
        for text in [digest.json, digest.markdown(.chinese, appendix: true), digest.html(.english, appendix: true)] {
            #expect(!text.contains("0123456789abcdef"))
        }
        #expect(digest.contacts?.keyAccounts.allSatisfy { $0.customer.count <= 8 } == true)
    }

    @Test func whoIsSilentStandsFirstAndLongLinesAreCounted() throws {
        let digest = Digest(.customers(seed: 4))
        let accounts = try #require(digest.contacts?.keyAccounts)
        let silent = accounts.map(\.isSilent)
        #expect(silent == silent.sorted { $0 && !$1 })
        #expect(digest.contacts?.silent.count == 50)
        let rest = digest.count("customers.lapsed") - digest.count("key_accounts.lapsed") - 20
        #expect(rest > 0)
        #expect(digest.markdown(.english).contains("… and \(rest) more"))
    }

    @Test func anEditionOfAnOlderVersionStillReads() throws {
        let json = Digest(.empty(sites: [complete("S0")])).json
        let older = json.replacing(#""elements":[],"#, with: "").replacing(#""gaps":[],"#, with: "")
        #expect(older != json)
        let digest = try Digest(json: Array(older.utf8))
        #expect(digest.names.elements == nil && digest.waterfall == nil && digest.contacts == nil)
        for language in Language.allCases { #expect(!digest.markdown(language).isEmpty) }
    }

    // MARK: Load, reaction, benchmarks

    @Test(arguments: 1...6) func daysOfLoadAndHalvesOfReactionsAddUp(seed: Int) {
        let input = DigestInput.customers(seed: UInt64(seed))
        let digest = Digest(input)
        for name in ["days", "overloaded", "visitors"] {
            #expect(sum(digest, "load.site", name) == digest.count(FigureName("load").adding(name)))
        }
        for grade in Grade.allCases {
            let half = input.cases.count { $0.peak == grade } / 2
            let name = FigureName("reaction.grade").adding(grade.code)
            #expect(digest[name.adding("quicker")]?.observations == half)
            #expect(digest[name.adding("slower")]?.observations == half)
        }
    }

    @Test func loadLessonsAndBenchmarksAreToldInBothLanguages() {
        let digest = Digest(.customers(seed: 5))
        let (chinese, english) = (digest.markdown(.chinese), digest.markdown(.english))
        #expect(chinese.contains("负荷达到接待能力的 110% 以后，每百名客户投诉 4.00 件，以下 1.25 件"))
        #expect(
            english.contains("from 110 % of the capacity on, 4.00 complaints for each 100 customers, below it 1.25"))
        #expect(chinese.contains("先回访再关单，电话 ×××") && !digest.json.contains("13800138000"))
        #expect(english.contains("calls again at another time of day"))
        #expect(chinese.contains("**已逾期**") && english.contains("**overdue**"))
        #expect(digest.meeting.agenda.contains { $0.text.english == "The third-party survey is overdue" })
    }

    @Test func aBestSiteIsNamedWithDoubtWhereIntervalsOverlapAndNotOfFew() {
        var input = DigestInput.empty(sites: (0..<3).map { complete("S\($0)") })
        input.standards = [
            StandardTarget(
                code: "reach", term: Term("接通", "reach"), metric: Term("接通率 %", "reached %"), figure: "visits.reach",
                scale: 100, isAtLeast: true, target: 90)
        ]
        let visits = { (counts: [(reached: Int, all: Int)]) in
            counts.enumerated().flatMap { place, count in
                (0..<count.all).map { number in
                    VisitSummary(
                        id: record(place * 1000 + number), site: site("S\(place)"), reached: number < count.reached)
                }
            }
        }
        input.visits = visits([(95, 100), (30, 100), (3, 3)])
        let clear = Digest(input).markdown(.english)
        #expect(clear.contains("best S0 95.0%") && clear.contains("farthest from it S1 30.0%"))
        #expect(!clear.contains("overlap"))
        input.visits = visits([(19, 20), (18, 20), (3, 3)])
        #expect(Digest(input).markdown(.english).contains("their intervals overlap"))
        input.visits = visits([(3, 3), (0, 2), (1, 4)])
        #expect(!Digest(input).markdown(.english).contains("farthest from it"))
    }

    // MARK: Elements

    @Test func modesOfASurveyAreNeverPooledAndAGapIsOneOfTheSameAnswer() {
        var input = DigestInput.empty(sites: [complete("S0")])
        input.elements = [NamedCode("empathy", Term("移情性", "empathy"))]
        let answer = { (number: Int, mode: SurveyAnswer.Mode, expected: Int?, perceived: Int?) in
            SurveySummary(
                id: record(number), site: site("S0"), survey: "H2", mode: mode,
                elements: [ElementScore(element: "empathy", expected: expected, perceived: perceived)])
        }
        input.surveys = [
            answer(1, .web, 500, 300), answer(2, .web, 400, 350), answer(3, .web, 500, nil),
            answer(4, .phone, 300, 300),
        ]
        let digest = Digest(input)
        let web: FigureName = "elements.survey.H2.web.element.empathy"
        #expect(digest[web.adding("expectation")]?.observations == 3)
        guard case .mean(let gap, let n, let interval?) = digest[web.adding("difference")] else {
            Issue.record("no gap")
            return
        }
        #expect(gap == -1.25 && n == 2)
        #expect(interval.low == -4 && interval.high == 4)
        // One answer has no mean.
        #expect(digest["elements.survey.H2.phone.element.empathy.expectation"] == .mean(nil, n: 1, interval: nil))
        let text = digest.markdown(.english)
        #expect(text.contains("−1.25 (−4.00 to 4.00, n=2)"))
        #expect(digest.html(.chinese).contains("空心为期望"))
    }

    // MARK: Findings

    @Test func theCurveOfACriticalCaseAndItsWhysAreTold() {
        var input = DigestInput.empty(sites: [complete("S0", "城东店")])
        input.gaps = [NamedCode("3", Term("服务业绩差距", "performance gap"))]
        var summary = CaseSummary(
            id: record(1), site: site("S0"), madeAt: at("2019-07-02 08:00"), grade: .critical)
        summary.curve = [
            CurvePoint(stage: "latent", impact: "small", at: at("2019-07-02 08:00"), record: record(2)),
            CurvePoint(stage: "outbreak", impact: "large", at: at("2019-07-09 10:00"), record: record(3)),
        ]
        summary.rootCause = RootCauseSummary(
            causes: ["rules", "rules"], gap: 3, whys: ["没有人接班，电话 13800138000", "排班表只有一份"], record: record(4))
        var other = summary
        (other.id, other.grade, other.peak, other.curve) = (record(9), .ordinary, .ordinary, [])
        other.rootCause?.gap = nil
        input.cases = [summary, other]
        let digest = Digest(input)
        #expect(digest.count("critical.stage.outbreak.cases") == 1)
        #expect(digest.count("causes.gap.3.cases") == 1 && digest.count("causes.gap.-.cases") == 1)
        #expect(digest.count("causes.cases") == 2 && digest.count("causes.cause.rules.cases") == 2)
        let chinese = digest.markdown(.chinese)
        #expect(chinese.contains("潜伏 07-02 08:00（影响小） → 爆发 07-09 10:00（影响大）"))
        #expect(chinese.contains("服务业绩差距 1") && chinese.contains("没有人接班，电话 ××× → 排班表只有一份"))
        #expect(
            digest.markdown(.english).contains(
                "latent 07-02 08:00 (impact small) → outbreak 07-09 10:00 (impact large)"))
        #expect(!digest.json.contains("13800138000"))
        #expect(digest.html(.english).contains("class=\"stage-outbreak\""))
    }
}

extension DigestInput {
    /// A month of customers whom random choices moved.
    static func customers(seed: UInt64, count: Int = 150) -> DigestInput {
        var generator = SeededGenerator(seed: seed)
        var input = DigestInput.random(seed: seed)
        let states = CustomerMonthTests.states.map(\.code)
        input.waterfall = WaterfallMonth(
            states: CustomerMonthTests.states, controlPoint: "satisfied", firmType: Term("稳健型", "steady"),
            customers: (0..<count).map { number in
                let hasFallen = Bool.random(using: &generator)
                return WaterfallMonth.Customer(
                    record: record(40_000 + number), before: (states + [nil]).randomElement(using: &generator)!,
                    after: states.randomElement(using: &generator)!, isMeasured: Bool.random(using: &generator),
                    hasFallen: hasFallen, isRecovered: hasFallen && Bool.random(using: &generator))
            })
        let tiers = ["vip", "platinum", "ordinary"]
        input.tiers = TierMonth(
            tiers: [
                NamedCode("vip", Term("贵宾", "VIP")), NamedCode("platinum", Term("铂金", "platinum")),
                NamedCode("ordinary", Term("普通", "ordinary")),
            ], corePercent: 20,
            customers: (0..<count).map { number in
                TierMonth.Customer(
                    name: "0123456789abcdef\(number)", record: record(50_000 + number),
                    before: (tiers + [nil]).randomElement(using: &generator)!,
                    after: tiers.randomElement(using: &generator)!,
                    isCore: number < count / 5)
            })
        input.contacts = ContactMonth(
            customers: (0..<count).map { number in
                let isSilent = Int.random(in: 0..<4, using: &generator) > 0
                return ContactMonth.Customer(
                    name: "0123456789abcdef\(number)", record: record(60_000 + number),
                    since: at("2019-01-01 08:00") + .hours(Int.random(in: 0..<5000, using: &generator)),
                    isContacted: !isSilent && Bool.random(using: &generator), isSilent: isSilent,
                    isNewlySilent: isSilent && Int.random(in: 0..<8, using: &generator) > 0,
                    keyAccount: number % 9 == 0
                        ? ContactMonth.KeyAccount(
                            profile: record(65_000 + number), tier: "vip", state: "loyal", annualSales: 1_200_000,
                            netProfit: -3)
                        : nil)
            })
        input.load = LoadMonth(
            days: (0..<60).map { number in
                LoadMonth.Day(
                    record: record(66_000 + number), site: site("S\(number % 4)"), visitors: number + 40,
                    isOverloaded: Bool.random(using: &generator))
            },
            studies: [
                LoadFinding(site: site("S1"), days: 200, risesFromPercent: 110, rateBelow: 1.25, rateBeyond: 4)
            ])
        input.lessons = [LessonSummary(id: record(67_000), category: "leaks", text: "先回访再关单，电话 13800138000")]
        input.surveyDuty = SurveyDuty(
            record: record(67_001), last: at("2019-01-05 08:00"), due: at("2019-07-05 08:00"), isOverdue: true)
        input.benchmarks = [
            BenchmarkTarget(
                code: "best", term: Term("行业最佳", "industry's best"), kind: Term("行业最佳", "the best of the industry"),
                metric: Term("接通率 %", "reached %"), figure: "visits.reach", scale: 100, value: 95,
                lesson: Term("两次不通换时段再打", "calls again at another time of day"))
        ]
        input.gaps = [NamedCode("3", Term("服务业绩差距", "performance gap"))]
        input.elements = [NamedCode("empathy", Term("移情性", "empathy"))]
        for place in input.cases.indices {
            input.cases[place].firstReaction =
                input.cases[place].madeAt + .hours(Int.random(in: 0..<9, using: &generator))
            input.cases[place].satisfactionAfter = Int.random(in: 1...5, using: &generator)
        }
        for place in input.surveys.indices {
            input.surveys[place].survey = "五要素H2"
            input.surveys[place].elements = [
                ElementScore(
                    element: "empathy", expected: Int.random(in: 300...500, using: &generator),
                    perceived: Int.random(in: 100...500, using: &generator))
            ]
        }
        for place in input.cases.indices where place % 3 == 0 {
            input.cases[place].curve = [
                CurvePoint(
                    stage: "handling", impact: "unspecified", at: input.cases[place].madeAt + .hours(5),
                    record: record(place))
            ]
            input.cases[place].rootCause = RootCauseSummary(
                causes: ["rules"], gap: place % 2 == 0 ? 3 : nil, whys: ["为什么"], record: record(place))
        }
        return input
    }
}
