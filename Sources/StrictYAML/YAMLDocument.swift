import Foundation
import Yams

/// Turns the text of a file into nodes, and refuses what a configuration has no use for: anchors, aliases, merge keys, tags,
/// keys that are not text, duplicate keys, and anything beyond the limits.
struct YAMLDocument {
    /// Greatest depth of maps and lists in each other.
    static let nestingLimit = 32
    /// How many aliases may be before the file is refused unread: sharing multiplies, and so could the time to compare keys.
    static let aliasLimit = 16
    /// How many duplicate keys are looked for before the first ones are reported.
    static let duplicateLimit = 32

    let file: String
    private(set) var faults: [YAMLFault] = []
    private var duplicates = DuplicateKeys()

    private init(file: String) { self.file = file }

    /// The root and every fault of form. The root is nil when nothing can be read at all.
    static func read(_ text: String, file: String, limit: Int) -> (root: YAMLNode?, faults: [YAMLFault]) {
        var document = YAMLDocument(file: file)
        let root = document.root(text, limit: limit)
        return (root, document.faults)
    }

    private mutating func root(_ text: String, limit: Int) -> YAMLNode? {
        guard text.utf8.count <= limit else {
            refuse(nil, "", "has \(text.utf8.count) bytes; at most \(limit) are taken")
            return nil
        }
        guard Self.aliasCandidates(in: text) <= Self.aliasLimit else {
            refuse(
                nil, "", "has more than \(Self.aliasLimit) aliases (*name); aliases are not taken, write the values out"
            )
            return nil
        }
        // The parser counts a byte order mark as a column, and then finds the first key indented.
        var text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        while true {
            do {
                // The parser holds the anchors: without it, they could not be seen in the nodes.
                let parser = try Parser(yaml: text, encoding: .utf8)
                let node = try parser.singleRoot()
                return withExtendedLifetime(parser) { node.flatMap { convert($0, path: "", depth: 0) } }
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let first = YAMLPlace(line: context.mark.line, column: context.mark.column)
                guard let key = keys.first, duplicates.count < Self.duplicateLimit,
                    let renamed = duplicates.renamingSecond(key, first: first, in: text)
                else {
                    refuse(first, keys.first ?? "", "is given twice")
                    return nil
                }
                text = renamed
            } catch {
                refuse(error, in: text)
                return nil
            }
        }
    }

    private mutating func convert(_ node: Node, path: String, depth: Int) -> YAMLNode? {
        let place = node.mark.map { YAMLPlace(line: $0.line, column: $0.column) } ?? YAMLPlace(line: 0, column: 0)
        if node.anchor != nil {
            refuse(place, path, "anchors (&name) and aliases (*name) are not taken; write the value out")
            return nil
        }
        guard depth < Self.nestingLimit else {
            refuse(place, path, "is nested more than \(Self.nestingLimit) deep")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(
                content: .scalar(scalar.string.precomposedStringWithCanonicalMapping, isPlain: scalar.style == .plain),
                place: place)
        case .sequence(let sequence):
            let elements = sequence.enumerated().compactMap { index, element in
                convert(element, path: "\(path)[\(index)]", depth: depth + 1)
            }
            return YAMLNode(content: .list(elements), place: place)
        case .mapping(let mapping):
            return YAMLNode(content: .map(entries(mapping, path: path, depth: depth)), place: place)
        case .alias:
            refuse(place, path, "aliases (*name) are not taken; write the value out")
            return nil
        }
    }

    private mutating func entries(_ mapping: Node.Mapping, path: String, depth: Int) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var firstLines: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let place =
                keyNode.mark.map { YAMLPlace(line: $0.line, column: $0.column) } ?? YAMLPlace(line: 0, column: 0)
            guard case .scalar(let scalar) = keyNode, keyNode.anchor == nil else {
                refuse(place, path, "a key must be a plain word")
                continue
            }
            let written = scalar.string.precomposedStringWithCanonicalMapping
            let duplicate = duplicates.meaning(of: written)
            let key = duplicate?.key ?? written
            let keyPath = path.isEmpty ? key : path + "." + key
            if let firstLine = duplicate?.firstLine ?? firstLines[key] {
                refuse(place, keyPath, "is given twice; the first one is in line \(firstLine)")
                continue
            }
            firstLines[key] = place.line
            if key == "<<" {
                refuse(place, keyPath, "merge keys are not taken; write the values out")
                continue
            }
            guard let value = convert(valueNode, path: keyPath, depth: depth + 1) else { continue }
            entries.append(YAMLNode.Entry(key: key, keyPlace: place, value: value))
        }
        return entries
    }

    private mutating func refuse(_ place: YAMLPlace?, _ path: String, _ reason: String) {
        faults.append(
            YAMLFault(file: file, line: place?.line ?? 0, column: place?.column ?? 0, path: path, reason: reason))
    }

    /// How many words could be aliases. Counts too many rather than too few: `*` before a word in a text looks the same.
    private static func aliasCandidates(in text: String) -> Int {
        var count = 0
        var previous = UInt8(ascii: "\n")
        var starBefore = false
        for byte in text.utf8 {
            if starBefore, byte > 0x20, byte != UInt8(ascii: "*") { count += 1 }
            starBefore = byte == UInt8(ascii: "*") && (previous <= 0x20 || "[{,:?-".utf8.contains(previous))
            previous = byte
        }
        return count
    }
}

extension YAMLDocument {
    /// The library's error in words that help the file's author.
    private mutating func refuse(_ error: any Error, in text: String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = YAMLPlace(line: mark.line, column: mark.column)
            let lines = text.unicodeScalars.split(
                separator: "\n", maxSplits: mark.line, omittingEmptySubsequences: false)
            let line = (1...lines.count).contains(mark.line) ? lines[mark.line - 1] : Substring.UnicodeScalarView()
            let since = context.map { " (\($0.text) in line \($0.mark.line))" } ?? ""
            let hint =
                line.prefix(while: \.properties.isWhitespace).contains("\t")
                ? "; the line is indented with a tab: use spaces"
                : problem.contains("undefined alias") ? "; put a text that begins with * into quotes" : ""
            refuse(place, "", "is not YAML: \(problem)\(since)\(hint)")
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = 1 + before.count(where: \.isNewline)
            refuse(offset == nil ? nil : YAMLPlace(line: line, column: 0), "", "is not YAML: \(problem)")
        default:
            refuse(nil, "", "is not YAML: \(String(describing: error).prefix(200))")
        }
    }
}
