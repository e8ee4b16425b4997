package import Records
import StrictYAML

/// What to look out for when somebody complains of a category, 风险特征. (domain: content categories.)
package struct RiskProfile: Hashable, Sendable {
    /// What to do at intake.
    package var advice: Term
    /// What such complaints easily become.
    package var tendencies: [Tendency]
    /// Where they mostly come from, for example promises.
    package var hotSpot: Term?
    package var prevention: Cost?
    package var mending: Cost?

    /// What a complaint can become.
    package enum Tendency: String, Hashable, Sendable, CaseIterable {
        case critical, hot
        case collective, media, lawsuit
        case rarelyCritical = "rarely_critical"

        /// The word for people.
        package var term: Term {
            switch self {
            case .critical: Term("易升级为重大", "easily becomes critical")
            case .hot: Term("易成热点", "often becomes hot")
            case .collective: Term("易成群体投诉", "easily becomes collective")
            case .media: Term("易被媒体曝光", "easily gets into the media")
            case .lawsuit: Term("易引发诉讼", "easily leads to a lawsuit")
            case .rarelyCritical: Term("很少成为重大", "rarely becomes critical")
            }
        }
    }

    /// What something costs.
    package enum Cost: String, Hashable, Sendable, CaseIterable {
        case cheap, moderate, dear

        /// The word for people.
        package var term: Term {
            switch self {
            case .cheap: Term("低", "cheap")
            case .moderate: Term("中", "moderate")
            case .dear: Term("高", "dear")
            }
        }
    }
}

extension RiskProfile {
    init(_ reader: inout YAMLReader) {
        reader.require("zh", "en")
        advice = reader.term()
        tendencies = reader.choices("tends_to", of: Tendency.allCases.map { ($0.rawValue, $0) }) ?? []
        hotSpot = reader.term("hot_spot")
        prevention = reader.choice("prevention")
        mending = reader.choice("mending")
    }
}
