import Foundation
import StrictYAML
import Testing

/// As much of JSON Schema as the handbook's schema uses.
struct SchemaNode {
    private let node: [String: Any]
    private let root: [String: Any]

    init(_ json: Any) throws {
        root = try #require(json as? [String: Any])
        node = root
    }

    private init(_ node: Any?, root: [String: Any]) {
        self.root = root
        let node = node as? [String: Any] ?? [:]
        // `#/$defs/NAME` is the only kind of reference.
        let name = (node["$ref"] as? String)?.split(separator: "/").last.map(String.init)
        self.node = name.flatMap { (root["$defs"] as? [String: Any])?[$0] as? [String: Any] } ?? node
    }

    private var properties: [String: Any] { node["properties"] as? [String: Any] ?? [:] }

    /// Every key that it has a place for: `limits[].within` stands for that of every limit.
    func keys(_ path: String = "") -> Set<String> {
        if let items = node["items"] { return SchemaNode(items, root: root).keys(path + "[]") }
        return properties.reduce(into: []) { keys, property in
            let full = path.isEmpty ? property.key : path + "." + property.key
            keys.insert(full)
            keys.formUnion(SchemaNode(property.value, root: root).keys(full))
        }
    }

    /// Where a value does not fit, and why.
    func misfits(of value: YAMLOutline, at path: String = "") -> [String] {
        switch value {
        case .map(let fields): return misfits(of: fields, at: path)
        case .list(let elements):
            guard node["type"] as? String == "array" else { return ["\(path): no list is wanted"] }
            let items = SchemaNode(node["items"], root: root)
            let tooFew = elements.count < node["minItems"] as? Int ?? 0
            let tooMany = elements.count > node["maxItems"] as? Int ?? .max
            return (tooFew || tooMany ? ["\(path): \(elements.count) elements"] : [])
                + elements.enumerated().flatMap { items.misfits(of: $1, at: "\(path)[\($0)]") }
        case .plain(let text): return misfits(of: text, isPlain: true).map { "\(path): \($0)" }
        case .text(let text): return misfits(of: text, isPlain: false).map { "\(path): \($0)" }
        }
    }

    private func misfits(of fields: [YAMLOutline.Field], at path: String) -> [String] {
        guard node["type"] as? String == "object" else { return ["\(path): no map is wanted"] }
        var misfits: [String] = []
        var required = node["required"] as? [String] ?? []
        for condition in node["allOf"] as? [[String: Any]] ?? [] where applies(condition["if"], to: fields) {
            required += (condition["then"] as? [String: Any])?["required"] as? [String] ?? []
        }
        for key in required where !fields.contains(where: { $0.key == key }) {
            misfits.append("\(path): \(key) is missing")
        }
        for field in fields {
            let place = path.isEmpty ? field.key : path + "." + field.key
            guard let property = properties[field.key] else {
                misfits.append("\(place): there is no such key")
                continue
            }
            misfits += SchemaNode(property, root: root).misfits(of: field.value, at: place)
        }
        return misfits
    }

    private func applies(_ condition: Any?, to fields: [YAMLOutline.Field]) -> Bool {
        SchemaNode(condition, root: root).properties.allSatisfy { key, property in
            guard let value = fields.first(where: { $0.key == key })?.value else { return true }
            return SchemaNode(property, root: root).misfits(of: value).isEmpty
        }
    }

    private func misfits(of text: String, isPlain: Bool) -> [String] {
        if let words = node["enum"] as? [String] { return words.contains(text) ? [] : ["not one of \(words)"] }
        switch node["type"] as? String {
        case "string":
            let pattern = (node["pattern"] as? String).flatMap { try? Regex($0) }  // a broken one fits nothing
            let length = text.unicodeScalars.count
            let fits = node["pattern"] == nil || pattern.map { text.firstMatch(of: $0) != nil } ?? false
            let (least, most) = (node["minLength"] as? Int ?? 0, node["maxLength"] as? Int ?? .max)
            return fits && (least...most).contains(length) ? [] : ["\(text) does not fit"]
        case "boolean": return isPlain && ["true", "false"].contains(text) ? [] : ["must be true or false"]
        case "integer", "number":
            let isWhole = Int(text) != nil
            guard isPlain, let number = Double(text), isWhole || node["type"] as? String == "number" else {
                return ["must be a number"]
            }
            let (least, most) = (node["minimum"] as? Double ?? -.infinity, node["maximum"] as? Double ?? .infinity)
            return (least...most).contains(number) ? [] : ["\(text) is out of range"]
        case nil where node.isEmpty: return []
        default: return ["no single value is wanted"]
        }
    }
}
