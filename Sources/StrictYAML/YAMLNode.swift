/// A parsed YAML value with its place in the file. Scalars stay text: what they mean is the reader's question, so that
/// `no`, `012` and `2:30` are never turned into something that nobody meant.
struct YAMLNode {
    /// One key and its value.
    struct Entry {
        var key: String
        var keyPlace: YAMLPlace
        var value: YAMLNode
    }

    enum Content {
        /// `isPlain` is false for a quoted or block text.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        /// Keys are unique, in the order of the file.
        case map([Entry])
    }

    var content: Content
    var place: YAMLPlace

    /// Whether nothing was written where a value could stand: `key:`, `~` or `null`.
    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// A line and a column, both from 1.
struct YAMLPlace: Hashable {
    var line: Int
    var column: Int
}
