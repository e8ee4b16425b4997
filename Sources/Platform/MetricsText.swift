/// Writes metrics in the text format of Prometheus, version 0.0.4.
package struct MetricsText: Sendable {
    /// What a metric is.
    package enum Kind: String, Sendable {
        /// Goes up only, and begins anew when the process does.
        case counter
        /// Goes up and down.
        case gauge
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// One metric without labels; nothing when the value is not known.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: (some BinaryInteger)?) {
        add(name, kind, help, value.map { Double($0) })
    }

    /// One metric without labels; nothing when the value is not known.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
        add(name, kind, help, label: "", value.map { [("", $0)] } ?? [])
    }

    /// One metric with a label of different values.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String, label: String, _ values: [(label: String, value: Double)]
    ) {
        guard !values.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for (word, value) in values {
            text += name
            if !label.isEmpty { text += "{\(label)=\"\(Self.escaped(word, quotes: true))\"}" }
            text += " \(Int64(exactly: value).map { String($0) } ?? String(value))\n"
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
