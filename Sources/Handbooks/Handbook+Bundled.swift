/// The handbooks that come with the program, each complete enough to work with on the first day. They are alike in what
/// does not depend on the trade: that part stands once, behind each one's own.
extension Handbook {
    /// The handbook that stands when an organisation has none of its own: property management, 物业管理.
    package static let standard = readBundled("property-management")

    /// The names of the bundled handbooks, the standard one first.
    package static let bundledNames = ["property-management", "vehicle-service", "software-call-centre"]

    /// A bundled handbook; nil when there is none of that name.
    package static func bundled(named name: String) -> Handbook? {
        if name == bundledNames[0] { return standard }
        return bundledNames.contains(name) ? readBundled(name) : nil
    }

    /// A bundled handbook's text, as a start for an organisation's own; nil when there is none of that name.
    package static func bundledText(named name: String) -> String? {
        let own: [UInt8]
        switch name {
        case "property-management": own = PackageResources.property_management_yaml
        case "vehicle-service": own = PackageResources.vehicle_service_yaml
        case "software-call-centre": own = PackageResources.software_call_centre_yaml
        default: return nil
        }
        return String(decoding: own + PackageResources.shared_yaml, as: UTF8.self)
    }

    private static func readBundled(_ name: String) -> Handbook {
        do {
            return try read(yaml: bundledText(named: name) ?? "", file: name + ".yaml")
        } catch {
            // The text is a part of this program, and a test reads it.
            preconditionFailure("the bundled handbook has faults:\n\(error)")
        }
    }
}
