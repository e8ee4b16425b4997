package import Records
import StrictYAML

/// What customers are promised, 承诺 (三包 and the like), beside what others promise. (domain: service blueprint,
/// "Commitments".)
package struct Commitment: Hashable, Sendable {
    package var code: String
    package var term: Term
    /// What the numbers count, for example years.
    package var unit: Term
    package var moreIsBetter: Bool
    package var ours: Double
    package var industry: Double?
    package var competitors: [Competitor]

    /// What one of them promises.
    package struct Competitor: Hashable, Sendable {
        package var name: String
        package var value: Double
    }

    /// Whether the industry promises more.
    package var isBelowIndustry: Bool {
        industry.map { moreIsBetter ? ours < $0 : ours > $0 } ?? false
    }
}

/// Whom to learn from, 标杆. (domain: benchmarking.)
package struct Benchmark: Hashable, Sendable {
    package var code: String
    package var term: Term
    package var kind: Kind
    package var metric: Metric?
    /// In the metric's unit.
    package var value: Double?
    /// What they do, or did wrong.
    package var lesson: Term

    /// The five kinds.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case ownDepartment = "own_department"
        case module
        case industryBest = "industry_best"
        case otherIndustry = "other_industry"
        case failed

        /// The word for people.
        package var term: Term {
            switch self {
            case .ownDepartment: Term("本企业最佳部门", "own best department")
            case .module: Term("任一企业的优秀模块", "a good module of any company")
            case .industryBest: Term("行业最佳", "the best of the industry")
            case .otherIndustry: Term("其他行业领先者", "leader of another industry")
            case .failed: Term("失败者", "one that failed")
            }
        }
    }
}

extension Commitment {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "unit", "ours")
        code = reader.code("code") ?? ""
        term = reader.term()
        unit = reader.term("unit") ?? Term("", "")
        moreIsBetter = reader.bool("more_is_better") ?? true
        ours = reader.double("ours", in: 0...1e9) ?? 0
        industry = reader.double("industry", in: 0...1e9)
        competitors = reader.objects("competitors") { Competitor(&$0) } ?? []
        if isBelowIndustry { reader.warn("ours", "the commitment \(code) is below the industry's") }
        if industry == nil, !reader.has("industry") {
            reader.warn("code", "the commitment \(code) stands beside nothing: give the industry's figure")
        }
    }
}

extension Commitment.Competitor {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("name", "value")
        name = reader.string("name", limit: 256) ?? ""
        value = reader.double("value", in: 0...1e9) ?? 0
    }
}

extension Benchmark {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "kind", "lesson")
        code = reader.code("code") ?? ""
        term = reader.term()
        kind = reader.choice("kind") ?? .module
        metric = reader.choice("metric")
        value = reader.double("value", in: 0...(metric?.greatest ?? 1e9))
        lesson = reader.term("lesson") ?? Term("", "")
        if value != nil, metric == nil, !reader.has("metric") { reader.refuse("value", "needs a metric") }
    }
}
