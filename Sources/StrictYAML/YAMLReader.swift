/// Reads the keys of a map one by one, notes every fault with its line, and at the end the keys that nobody asked for.
///
/// A getter gives nil both for an absent key and for a wrong value; the wrong value is noted as a fault, and a file with
/// faults gives no value at all, so a caller may put any placeholder in its stead.
package struct YAMLReader {
    /// Greatest size of a file unless the caller says otherwise, in UTF-8 bytes.
    package static let fileLimit = 1_048_576

    let file: String
    /// The map's keys in the order of the file.
    let entries: [YAMLNode.Entry]
    /// With a dot behind it unless it is empty.
    let path: String
    private let place: YAMLPlace
    private var asked: [String] = []
    /// Everything that is wrong so far.
    package private(set) var faults: [YAMLFault] = []
    /// What is allowed so far, but weak.
    package private(set) var warnings: [YAMLFault] = []
    /// The keys that nested maps were asked for, as in `YAMLReading.keys`.
    private var nestedKeys: Set<String> = []

    /// Reads a whole file.
    /// - Parameters:
    ///   - file: its name, for the faults.
    ///   - limit: its greatest size in UTF-8 bytes.
    ///   - body: asks for the keys of the outermost map. What it returns counts only if there are no faults.
    /// - Throws: every fault of the file at once.
    package static func read<Value>(
        _ text: String, file: String, limit: Int = fileLimit, _ body: (inout YAMLReader) -> Value
    ) throws(YAMLFaults) -> Value {
        let reading = examine(text, file: file, limit: limit, body)
        guard let value = reading.value else { throw YAMLFaults(reading.faults) }
        return value
    }

    /// Reads a whole file and says everything about it, the weak points of a file without faults too.
    package static func examine<Value>(
        _ text: String, file: String, limit: Int = fileLimit, _ body: (inout YAMLReader) -> Value
    ) -> YAMLReading<Value> {
        let (root, faults) = YAMLDocument.read(text, file: file, limit: limit)
        let entries: [YAMLNode.Entry]
        switch root?.content {
        case .map(let found): entries = found
        case nil where !faults.isEmpty: return YAMLReading(faults: faults)
        case nil: entries = []
        case .scalar where root?.isEmpty == true: entries = []
        default:
            let fault = YAMLFault(
                file: file, line: root?.place.line ?? 0, column: root?.place.column ?? 0, path: "",
                reason: "must be a map of keys and values")
            return YAMLReading(faults: faults + [fault])
        }
        var reader = YAMLReader(
            file: file, entries: entries, path: "", place: root?.place ?? YAMLPlace(line: 1, column: 1))
        reader.faults = faults
        let value = body(&reader)
        reader.finish()
        return YAMLReading(
            value: reader.faults.isEmpty ? value : nil, faults: reader.faults, warnings: reader.warnings,
            keys: reader.nestedKeys.union(reader.asked))
    }

    private init(file: String, entries: [YAMLNode.Entry], path: String, place: YAMLPlace) {
        self.file = file
        self.entries = entries
        self.path = path
        self.place = place
    }

    /// Every key that the map has, in the order of the file: for maps whose keys the file's author chooses.
    package var keys: [String] { entries.map(\.key) }

    /// Whether the key is there, with any value.
    package mutating func has(_ key: String) -> Bool { node(key) != nil }

    /// Notes every one of these keys that is missing.
    package mutating func require(_ keys: String...) {
        for key in keys where node(key) == nil { note(place, key, "is missing") }
    }

    /// Notes a fault that the caller found in a key's value, or in one element of its list.
    package mutating func refuse(_ key: String, at index: Int? = nil, _ reason: String) {
        faults.append(remark(key, at: index, reason))
    }

    /// Notes something that is allowed and yet weak.
    package mutating func warn(_ key: String, at index: Int? = nil, _ reason: String) {
        warnings.append(remark(key, at: index, reason))
    }

    private mutating func remark(_ key: String, at index: Int?, _ reason: String) -> YAMLFault {
        var place = self.place
        if let node = node(key) {
            place = node.place
            if let index, case .list(let elements) = node.content, elements.indices.contains(index) {
                place = elements[index].place
            }
        }
        return fault(place, index.map { "\(key)[\($0)]" } ?? key, reason)
    }

    /// Reads a nested map; nil when it is absent or no map.
    package mutating func object<Value>(_ key: String, _ body: (inout YAMLReader) -> Value) -> Value? {
        guard let node = value(key) else { return nil }
        return nested(node, key, body)
    }

    /// Reads a list of maps; nil when it is absent or no list. A map with faults still counts as an element.
    package mutating func objects<Value>(_ key: String, _ body: (inout YAMLReader) -> Value) -> [Value]? {
        guard let elements = list(key) else { return nil }
        return elements.enumerated().compactMap { index, element in nested(element, "\(key)[\(index)]", body) }
    }

    /// The node of a key that has a value; notes a key without one.
    mutating func value(_ key: String) -> YAMLNode? {
        guard let node = node(key) else { return nil }
        if node.isEmpty {
            note(node.place, key, "has no value; write one or leave the key out")
            return nil
        }
        return node
    }

    /// The elements of a list.
    mutating func list(_ key: String) -> [YAMLNode]? {
        guard let node = value(key) else { return nil }
        guard case .list(let elements) = node.content else {
            note(node.place, key, "must be a list")
            return nil
        }
        return elements
    }

    mutating func note(_ place: YAMLPlace, _ key: String, _ reason: String) {
        faults.append(fault(place, key, reason))
    }

    private func fault(_ place: YAMLPlace, _ key: String, _ reason: String) -> YAMLFault {
        YAMLFault(file: file, line: place.line, column: place.column, path: path + key, reason: reason)
    }

    private mutating func node(_ key: String) -> YAMLNode? {
        if !asked.contains(key) { asked.append(key) }
        return entries.first { $0.key == key }?.value
    }

    private mutating func nested<Value>(
        _ node: YAMLNode, _ key: String, _ body: (inout YAMLReader) -> Value
    ) -> Value? {
        guard case .map(let entries) = node.content else {
            note(node.place, key, "must be a map of keys and values")
            return nil
        }
        var reader = YAMLReader(file: file, entries: entries, path: path + key + ".", place: node.place)
        let value = body(&reader)
        reader.finish()
        faults.append(contentsOf: reader.faults)
        warnings.append(contentsOf: reader.warnings)
        // A list's elements are one place: `limits[2]` is told as `limits[]`.
        let name = key.hasSuffix("]") ? key.prefix { $0 != "[" } + "[]" : key[...]
        nestedKeys.formUnion(reader.nestedKeys.union(reader.asked).map { "\(name).\($0)" })
        return value
    }

    /// Notes the keys that nobody asked for.
    private mutating func finish() {
        let unused = asked.filter { name in !entries.contains { $0.key == name } }
        for entry in entries where !asked.contains(entry.key) {
            // In `{en: first, second}` the comma ends the text.
            if entry.value.isEmpty, entry.key.contains(" ") {
                note(entry.keyPlace, entry.key, "there is no such key; put a text that contains a comma into quotes")
                continue
            }
            let near = Spelling.nearest(to: entry.key, in: unused) ?? Spelling.nearest(to: entry.key, in: asked)
            let advice = near.map { "is \($0) meant?" } ?? "there can be \(asked.sorted().joined(separator: ", "))"
            note(entry.keyPlace, entry.key, "there is no such key; \(advice)")
        }
    }
}
