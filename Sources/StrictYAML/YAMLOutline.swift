/// A file's values without their meaning: to be printed as JSON, and to compare two files.
package indirect enum YAMLOutline: Sendable, Equatable {
    /// Quoted, or nothing that JSON has another form for.
    case text(String)
    /// A number or `true` and `false`, as it was written: all of them are JSON's own forms.
    case plain(String)
    case list([YAMLOutline])
    /// In the order of the file.
    case map([Field])

    /// A key and its value.
    package struct Field: Sendable, Equatable {
        package var key: String
        package var value: YAMLOutline
    }

    /// The outline of a file.
    /// - Throws: what is wrong with its form; what it means is not looked at.
    package static func read(
        _ text: String, file: String, limit: Int = YAMLReader.fileLimit
    ) throws(YAMLFaults) -> YAMLOutline {
        let (root, faults) = YAMLDocument.read(text, file: file, limit: limit)
        guard faults.isEmpty else { throw YAMLFaults(faults) }
        return root.map { YAMLOutline($0) } ?? .map([])
    }

    private init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, let isPlain): self = isPlain && Self.isJSON(text) ? .plain(text) : .text(text)
        case .list(let elements): self = .list(elements.map { YAMLOutline($0) })
        case .map(let entries): self = .map(entries.map { Field(key: $0.key, value: YAMLOutline($0.value)) })
        }
    }

    private static func isJSON(_ text: String) -> Bool {
        text == "true" || text == "false" || text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?/) != nil
    }
}

extension YAMLOutline {
    /// What tells the elements of a list of maps apart, the first that all of them have.
    private static let names = [
        "code", "number", "grade", "seeks", "figure", "tier", "site", "day", "from", "name", "kind",
    ]

    /// Every single value by its path, in the order of the file. An element of a list of maps is named by its code, or what
    /// it has in place of one, so that one that moved is still the same; a list of values is one value.
    package func leaves(_ path: String = "") -> [(path: String, value: String)] {
        switch self {
        case .text(let text), .plain(let text): return [(path, text)]
        case .map(let fields):
            return fields.flatMap { $0.value.leaves(path.isEmpty ? $0.key : path + "." + $0.key) }
        case .list(let elements):
            let isOfMaps = elements.contains { if case .map = $0 { true } else { false } }
            guard isOfMaps else {
                return [(path, "[" + elements.flatMap { $0.leaves() }.map(\.value).joined(separator: ", ") + "]")]
            }
            let names = Self.names(of: elements)
            return zip(names, elements).flatMap { name, element in element.leaves("\(path)[\(name)]") }
        }
    }

    /// A name for each element; their numbers where no key has another value in each.
    private static func names(of elements: [YAMLOutline]) -> [String] {
        for key in names {
            let values = elements.compactMap { $0.single(key) }
            if values.count == elements.count, Set(values).count == values.count { return values }
        }
        return elements.indices.map { String($0 + 1) }
    }

    private func single(_ key: String) -> String? {
        guard case .map(let fields) = self else { return nil }
        return switch fields.first(where: { $0.key == key })?.value {
        case .text(let text), .plain(let text): text
        default: nil
        }
    }
}
