package import Records
import StrictYAML

/// What is done when more customers come than a site can serve. (domain: neglect and reaction.)
package struct LoadPolicy: Hashable, Sendable {
    /// A day on which this part of the capacity, in percent, was reached or passed is overloaded.
    package var overloadAtPercent: Int
    /// What the site does then, 应急预案.
    package var contingency: [Term]
}

extension LoadPolicy {
    init(_ reader: inout YAMLReader) {
        reader.require("overload_at_percent", "contingency")
        overloadAtPercent = reader.integer("overload_at_percent", in: 1...1000) ?? 100
        contingency =
            reader.objects("contingency") {
                $0.require("zh", "en"); return $0.term()
            } ?? []
    }
}
