import Crypto
package import Records

/// The organisation's service policy, 服务手册: every threshold, limit, plan and word that rules go by. Nothing of the kind
/// stands in code.
package struct Handbook: Sendable {
    /// Lower-case ASCII, for example `property-management`.
    package var name: String
    /// Counts up with every change that is published.
    package var number: Int
    package var title: Term
    /// `NAME@NUMBER-` and the first 8 hexadecimal digits of the text's SHA-256: what a decision names to say under what it
    /// was made.
    package var version: String
    /// The organisation's zone: windows across sites, and digests. A case's own clocks go by its site's zone.
    package var zone: TimeZoneRules
    package var departments: [Department]
    package var categories: [Category]
    package var touchpoints: [Touchpoint]
    package var customerTypes: [CustomerType]
    package var intake: IntakePolicy
    package var grading: GradingPolicy
    package var timeLimits: TimeLimits
    package var resolution: ResolutionPolicy
    package var visits: VisitPlan
    package var meetings: [MeetingPlanItem]
    package var silence: SilencePolicy
    package var digest: DigestRules
    /// Nil where every limit goes by the wall clock.
    package var workingHours: WorkingHours?
    /// One for each grade that has a ladder.
    package var escalation: [EscalationLadder]
    package var customers: CustomerPolicy
    package var blueprint: Blueprint
    package var guidance: Guidance
    /// In the order of their numbers.
    package var gaps: [GapGuide]
    /// Nil where the handbook draws no map.
    package var impactControl: ImpactControlMap?
    package var crisisPlan: CrisisPlan?
    package var standards: [ServiceStandard]
    package var commitments: [Commitment]
    package var benchmarks: [Benchmark]
    package var surveys: SurveyPolicy?
    package var load: LoadPolicy?

    /// The version's name for a text.
    static func version(name: String, number: Int, text: String) -> String {
        let digits = SHA256.hash(data: Array(text.utf8)).prefix(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(name)@\(number)-\(digits.joined())"
    }
}
