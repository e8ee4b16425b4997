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

    /// The version's name for a text.
    static func version(name: String, number: Int, text: String) -> String {
        let digits = SHA256.hash(data: Array(text.utf8)).prefix(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(name)@\(number)-\(digits.joined())"
    }
}

extension Handbook {
    /// The handbook that stands when an organisation has none of its own: property management, 物业管理.
    package static let standard: Handbook = {
        do {
            return try read(yaml: propertyManagementText, file: "property-management.yaml")
        } catch {
            // The text is a part of this program, and a test reads it.
            preconditionFailure("the bundled handbook has faults:\n\(error)")
        }
    }()

    /// The names of the bundled handbooks.
    package static let bundledNames = ["property-management"]

    /// A bundled handbook; nil when there is none of that name.
    package static func bundled(named name: String) -> Handbook? { name == standard.name ? standard : nil }

    /// A bundled handbook's text, as a start for an organisation's own; nil when there is none of that name.
    package static func bundledText(named name: String) -> String? {
        name == "property-management" ? propertyManagementText : nil
    }

    private static var propertyManagementText: String {
        String(decoding: PackageResources.property_management_yaml, as: UTF8.self)
    }
}
