import Records

@testable import Digests

let shanghai = TimeZoneRules("Asia/Shanghai")!
let july = Month(year: 2019, month: 7)

/// A moment of local time in Shanghai.
func at(_ text: String) -> Timestamp { Timestamp(text, in: shanghai)! }

func site(_ text: String) -> SiteID {
    do { return try SiteID(text) } catch { preconditionFailure("\(error)") }
}

/// A record's identity by a small number.
func record(_ number: Int) -> RecordID {
    RecordID(high: 0x0198_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension DigestInput {
    /// July 2019 with the default set's names, and nothing that happened.
    static func empty(sites: [SiteMonth] = []) -> DigestInput {
        var input = DigestInput(
            month: july, zone: shanghai,
            handbook: HandbookReference(name: Term("房产服务", "property service"), version: "3"),
            asOf: at("2019-08-03 09:00"),
            meeting: MeetingPlan(
                when: Term("每月月末", "end of every month"),
                contents: [Term("客户在使用中遇到的问题", "problems that customers met")],
                departments: [Term("呼叫中心", "call centre"), Term("客户服务部", "customer service")]))
        input.sites = sites
        input.categories = [
            CategoryName("quality", Term("工程质量", "engineering quality"), owner: Term("工程部", "engineering")),
            CategoryName("leaks", Term("渗漏", "leaks"), parent: "quality"),
            CategoryName("doors", Term("木门", "doors"), parent: "quality"),
            CategoryName("sales", Term("销售管理", "sales"), owner: Term("销售部", "sales department")),
        ]
        input.touchpoints = [NamedCode("handover", Term("交房", "handover"))]
        input.limits = [
            NamedCode("investigation", Term("两小时内展开调查", "investigation within 2 h")),
            NamedCode("answer", Term("一天内回复", "answer within a day")),
        ]
        input.rules = [
            NamedCode("lawsuit", Term("已起诉", "a lawsuit has begun")),
            NamedCode("repeated", Term("三位以上投诉人", "3 or more complainants")),
        ]
        return input
    }
}

/// A site whose month is sealed.
func complete(_ id: String, _ chinese: String? = nil, records: Int = 0) -> SiteMonth {
    SiteMonth(
        id: site(id), name: Term(chinese ?? id, id), coverage: .complete(until: at("2019-08-01 00:00")),
        records: records)
}

extension DigestInput {
    /// A month that random choices made: adds up or not, that is the question.
    static func random(seed: UInt64, cases: Int = 120) -> DigestInput {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<6).map { "S\($0)" }
        var input = DigestInput.empty(sites: names.map { complete($0) })
        input.sites[5].coverage = .partial(heardUntil: at("2019-07-20 00:00"))
        let categories: [String?] = ["leaks", "doors", "sales", nil, "unheard.of"]
        input.cases = (0..<cases).map { number in
            let grade = Grade.allCases.randomElement(using: &generator)!
            let made = at("2019-07-01 00:00") + .hours(Int.random(in: 0..<740, using: &generator))
            var limits: [String: LimitOutcome] = [:]
            for code in ["investigation", "answer"] where Bool.random(using: &generator) {
                limits[code] = LimitOutcome.allCases.randomElement(using: &generator)!
            }
            let states: [CaseState] = [
                .open, .resolved(at: made + .hours(30)), .confirmed(resolvedAt: made + .hours(50)),
                .closed(at: made + .hours(9)),
            ]
            return CaseSummary(
                id: record(number), site: site(names.randomElement(using: &generator)!),
                category: categories.randomElement(using: &generator)!, madeAt: made,
                channel: [.phone, .web, .hotline].randomElement(using: &generator)!,
                complainant: Int.random(in: 0..<10, using: &generator) == 0 ? nil : "c\(number % 70)",
                distinctOf: Int.random(in: 0..<8, using: &generator) == 0 ? record(number / 2) : nil, grade: grade,
                peak: max(grade, Grade.allCases.randomElement(using: &generator)!),
                state: states.randomElement(using: &generator)!, urgent: Bool.random(using: &generator), limits: limits)
        }
        input.visits = (0..<cases).map { number in
            let reached = Int.random(in: 0..<4, using: &generator) > 0
            return VisitSummary(
                id: record(10_000 + number), site: site(names.randomElement(using: &generator)!), reached: reached,
                satisfaction: reached ? Int.random(in: 1...5, using: &generator) : nil,
                problems: Bool.random(using: &generator) ? [categories.randomElement(using: &generator)!: 2] : [:],
                helpNeeded: Int.random(in: 0..<3, using: &generator), planned: Bool.random(using: &generator))
        }
        input.surveys = (0..<40).map { number in
            SurveySummary(
                id: record(20_000 + number), site: site(names.randomElement(using: &generator)!), survey: "2019H2",
                mode: [.ivr, .thirdParty].randomElement(using: &generator)!,
                satisfaction: Int.random(in: 1...5, using: &generator))
        }
        input.issues = (0..<4).map { number in
            IssueSummary(
                id: record(number), title: "问题 \(number)", category: "leaks",
                members: (0..<5).map { record(number * 20 + $0) }, occurrences: 9, complainants: 5,
                sites: [site("S0"), site("S1")], firstSeen: at("2019-06-01 08:00"), lastSeen: at("2019-07-28 08:00"))
        }
        input.flags = (0..<9).map { number in
            FlagSummary(
                number: UInt64(number), kind: number % 2 == 0 ? "limit.missed" : "issue.hot",
                name: Term("超时限", "limit missed"), at: at("2019-07-05 08:00") + .hours(number),
                text: Term("件 \(number)", "case \(number)"), records: [record(number)], withdrawn: number == 8)
        }
        return input
    }
}
