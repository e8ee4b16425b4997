import Agent
import Foundation
import Testing
import Yams

/// `Protocol/http.yaml`, as far as answers are checked against it: the status is described; required fields are there;
/// fields, types and words are those described.
struct HTTPDescription: @unchecked Sendable {
    static let shared: HTTPDescription = {
        do {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Protocol/http.yaml").standardized
            let text = try String(contentsOf: file, encoding: .utf8)
            return HTTPDescription(root: try Yams.load(yaml: text) as? [String: Any] ?? [:])
        } catch {
            fatalError("Protocol/http.yaml cannot be read: \(error)")
        }
    }()

    // Unchecked: plain values that nobody changes.
    private let root: [String: Any]

    /// What of an answer is not as described; empty when all is well.
    func problems(_ method: String, _ path: String, _ answer: AgentClient.Answer) throws -> [String] {
        let path = String(path.prefix { $0 != "?" })
        guard let operation = operation(method, path) else {
            return answer.status == 404 ? [] : ["\(method) \(path) is not described"]
        }
        guard let responses = operation["responses"] as? [String: Any], let response = responses[String(answer.status)]
        else {
            return ["\(method) \(path): status \(answer.status) is not described"]
        }
        let content = resolve(response)["content"] as? [String: Any]
        guard let media = content?["application/json"] as? [String: Any], let schema = media["schema"] else {
            return ["\(method) \(path): status \(answer.status) has no schema"]
        }
        let value = try JSONSerialization.jsonObject(with: answer.body)
        return problems(value, schema, "\(method) \(path) \(answer.status)")
    }

    private func operation(_ method: String, _ path: String) -> [String: Any]? {
        let paths = root["paths"] as? [String: Any] ?? [:]
        let parts = path.split(separator: "/")
        let template =
            paths.keys.sorted().first { template in
                let wanted = template.split(separator: "/")
                return wanted.count == parts.count && zip(wanted, parts).allSatisfy { $0 == $1 }
            }
            ?? paths.keys.sorted().first { template in
                let wanted = template.split(separator: "/")
                return wanted.count == parts.count && zip(wanted, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
            }
        return template.flatMap { paths[$0] as? [String: Any] }?[method.lowercased()] as? [String: Any]
    }

    private func resolve(_ node: Any) -> [String: Any] {
        guard let node = node as? [String: Any] else { return [:] }
        guard let reference = node["$ref"] as? String else { return node }
        var target: Any = root
        for part in reference.dropFirst(2).split(separator: "/") {
            target = (target as? [String: Any])?[String(part)] ?? [:]
        }
        return resolve(target)
    }

    private func problems(_ value: Any, _ schema: Any, _ place: String) -> [String] {
        let schema = resolve(schema)
        for key in ["oneOf", "anyOf"] {
            guard let choices = schema[key] as? [Any] else { continue }
            let all = choices.map { problems(value, $0, place) }
            return all.contains([]) ? [] : all.min { $0.count < $1.count } ?? []
        }
        var found = typeProblems(value, schema, place)
        if let words = schema["enum"] as? [String], let text = value as? String, !words.contains(text) {
            found.append("\(place): \(text) is none of the words")
        }
        if let object = value as? [String: Any] { found += objectProblems(object, schema, place) }
        if let list = value as? [Any], let items = schema["items"] {
            for (index, element) in list.enumerated() { found += problems(element, items, "\(place)[\(index)]") }
        }
        return found
    }

    private func objectProblems(_ object: [String: Any], _ schema: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        var properties: [String: Any] = [:]
        for part in (schema["allOf"] as? [Any] ?? []) {
            properties.merge(resolve(part)["properties"] as? [String: Any] ?? [:]) { $1 }
        }
        properties.merge(schema["properties"] as? [String: Any] ?? [:]) { $1 }
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            found.append("\(place): \(name) is missing")
        }
        let isClosed =
            schema["additionalProperties"] as? Bool == false || schema["unevaluatedProperties"] as? Bool == false
        for (name, value) in object {
            if let property = properties[name] {
                found += problems(value, property, "\(place).\(name)")
            } else if isClosed {
                found.append("\(place): \(name) is not described")
            }
        }
        return found
    }

    private func typeProblems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        let types = (schema["type"] as? [Any])?.compactMap { $0 as? String } ?? (schema["type"] as? String).map { [$0] }
        guard let types else { return [] }
        let actual: [String] =
            switch value {
            case is NSNull: ["null"]
            case is String: ["string"]
            case is [Any]: ["array"]
            case is [String: Any]: ["object"]
            case let number as NSNumber where number === (true as NSNumber) || number === (false as NSNumber):
                ["boolean"]
            case let number as NSNumber:
                number.doubleValue == number.doubleValue.rounded() ? ["integer", "number", "boolean"] : ["number"]
            default: []
            }
        return actual.contains(where: types.contains) ? [] : ["\(place): is \(actual.first ?? "?") and not \(types)"]
    }
}
