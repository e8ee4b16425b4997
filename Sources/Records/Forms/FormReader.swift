import Foundation
import SwiftProtobuf

/// Reads the fields of a form one by one, notes every fault, and at the end the fields that nobody asked for.
struct FormReader {
    /// Greatest length of a free text, in UTF-8 bytes.
    static let textLimit = 65_536
    /// Greatest length of any other string, in UTF-8 bytes.
    static let stringLimit = 1024
    /// Greatest number of elements of any list.
    static let listLimit = 64

    let fields: FormObject
    let source: FormSource
    let zone: TimeZoneRules
    private let path: String
    /// In the order of asking; a list, as most forms have far fewer fields than are asked for.
    private var asked: [String] = []
    /// Those among them that the form has, each once.
    private var found: [String] = []
    private(set) var faults: [FieldFault] = []

    init(_ fields: FormObject, source: FormSource, zone: TimeZoneRules, path: String = "") {
        self.fields = fields
        self.source = source
        self.zone = zone
        self.path = path
        asked.reserveCapacity(48)
    }

    mutating func refuse(_ field: String, _ reason: Term) {
        faults.append(FieldFault(field: path + field, reason))
    }

    /// Notes the faults that a nested reader found.
    mutating func include(_ nested: FormReader) { faults.append(contentsOf: nested.faults) }

    /// The value, unless it is absent, null or, in text, empty.
    mutating func value(_ field: String) -> Google_Protobuf_Value? {
        asked.append(field)
        guard let value = fields[field] else { return nil }
        if !found.contains(field) { found.append(field) }
        switch value.kind {
        case nil, .nullValue: return nil
        case .stringValue(let text) where source == .text && text.allSatisfy(\.isWhitespace): return nil
        default: return value
        }
    }

    /// A text, in normal form C.
    mutating func string(_ field: String, limit: Int = stringLimit) -> String? {
        guard let value = value(field) else { return nil }
        guard case .stringValue(let text) = value.kind else {
            if source == .json, case .numberValue(let number) = value.kind, let whole = Int64(exactly: number) {
                return String(whole)
            }
            refuse(field, Term("必须是文字", "must be a text"))
            return nil
        }
        return checked(text, field, limit: limit)
    }

    /// A text that was given; notes a fault when it was not.
    mutating func required(_ field: String, limit: Int = stringLimit) -> String? {
        if let text = string(field, limit: limit) { return text }
        if fields[field]?.kind == nil || value(field) == nil { refuse(field, Term("缺少", "is missing")) }
        return nil
    }

    /// One word of a vocabulary.
    mutating func word<Value: Worded>(_ field: String, of type: Value.Type = Value.self) -> Value? {
        guard let text = string(field) else { return nil }
        if let value = Value.named(text) { return value }
        refuse(field, Term("必须是以下之一：\(Value.codes)", "must be one of \(Value.codes)"))
        return nil
    }

    /// A whole number within `range`.
    mutating func integer(_ field: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = number(field) else { return nil }
        if let whole = Int(exactly: number), range.contains(whole) { return whole }
        refuse(
            field,
            Term(
                "必须是 \(range.lowerBound) 到 \(range.upperBound) 的整数",
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        return nil
    }

    mutating func number(_ field: String) -> Double? {
        guard let value = value(field) else { return nil }
        switch value.kind {
        case .numberValue(let number) where number.isFinite: return number
        case .stringValue(let text) where source == .text:
            let plain = text.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace && $0 != "," }
            if let number = Double(plain), number.isFinite { return number }
        default: break
        }
        refuse(field, Term("必须是数字", "must be a number"))
        return nil
    }

    mutating func truth(_ field: String) -> Bool? {
        guard let value = value(field) else { return nil }
        switch value.kind {
        case .boolValue(let truth): return truth
        case .stringValue(let text) where source == .text:
            switch text.trimmingCharacters(in: .whitespaces).lowercased() {
            case "true", "yes", "y", "1", "是", "有": return true
            case "false", "no", "n", "0", "否", "无", "没有": return false
            default: break
            }
        default: break
        }
        refuse(
            field,
            source == .json
                ? Term("必须是 true 或 false", "must be true or false")
                : Term("必须是“是”或“否”", "must be yes or no (是/否)"))
        return nil
    }

    /// A moment; a reading without an offset is the site's local time.
    mutating func time(_ field: String) -> Timestamp? {
        guard let text = string(field) else { return nil }
        if let time = Timestamp(text, in: zone) ?? Timestamp(text.trimmingCharacters(in: .whitespaces), in: zone) {
            return time
        }
        refuse(
            field,
            Term(
                "必须是时间，如 2019-07-01T08:05:00+08:00 或 2019-07-01 08:05",
                "must be a time such as 2019-07-01T08:05:00+08:00 or 2019-07-01 08:05"))
        return nil
    }

    /// A moment by which something is to be done; a day without a time of day ends with its last millisecond.
    mutating func deadline(_ field: String) -> Timestamp? {
        guard let time = time(field) else { return nil }
        // What a time of day can be added to had none.
        guard let text = string(field)?.trimmingCharacters(in: .whitespaces),
            let end = Timestamp(text + " 23:59:59.999", in: zone)
        else { return time }
        return end
    }

    /// Texts of a list; in text, separated by `;` or `；`.
    mutating func strings(_ field: String, limit: Int = stringLimit) -> [String] {
        guard let value = value(field) else { return [] }
        switch value.kind {
        case .listValue(let list):
            guard list.values.count <= Self.listLimit else {
                refuse(field, Term("多于 \(Self.listLimit) 项", "has more than \(Self.listLimit) elements"))
                return []
            }
            return list.values.enumerated().compactMap { index, element in
                guard case .stringValue(let text) = element.kind else {
                    refuse("\(field)[\(index)]", Term("必须是文字", "must be a text"))
                    return nil
                }
                return checked(text, "\(field)[\(index)]", limit: limit)
            }
        case .stringValue(let text):
            let parts = source == .text ? text.split { ";；".contains($0) }.map(String.init) : [text]
            guard parts.count <= Self.listLimit else {
                refuse(field, Term("多于 \(Self.listLimit) 项", "has more than \(Self.listLimit) elements"))
                return []
            }
            return parts.compactMap { checked($0.trimmingCharacters(in: .whitespaces), field, limit: limit) }
        default:
            refuse(field, Term("必须是文字的列表", "must be a list of texts"))
            return []
        }
    }

    /// Readers for the objects of a list. The caller includes their faults.
    mutating func objects(_ field: String) -> [FormReader] {
        guard let value = value(field) else { return [] }
        guard case .listValue(let list) = value.kind, list.values.count <= Self.listLimit else {
            refuse(
                field, Term("必须是对象的列表，最多 \(Self.listLimit) 个", "must be a list of at most \(Self.listLimit) objects"))
            return []
        }
        return list.values.enumerated().compactMap { index, element in
            guard case .structValue(let object) = element.kind else {
                refuse("\(field)[\(index)]", Term("必须是对象", "must be an object"))
                return nil
            }
            return nested(object.fields, "\(field)[\(index)].")
        }
    }

    /// A reader for a nested object; in text also made of fields such as `customer.phone`.
    mutating func object(_ field: String) -> FormReader? {
        if source == .text {
            let prefix = field + "."
            var collected: FormObject = [:]
            for (name, value) in fields where name.hasPrefix(prefix) {
                if !found.contains(name) { found.append(name) }
                collected[String(name.dropFirst(prefix.count))] = value
            }
            if !collected.isEmpty { return nested(collected, prefix) }
        }
        guard let value = value(field) else { return nil }
        guard case .structValue(let object) = value.kind else {
            refuse(field, Term("必须是对象", "must be an object"))
            return nil
        }
        return nested(object.fields, field + ".")
    }

    /// Notes the fields that nobody asked for.
    mutating func finish() {
        guard found.count < fields.count else { return }
        for name in fields.keys.sorted() where !found.contains(name) {
            let near = asked.filter { $0.count > 2 && ($0.hasPrefix(name.prefix(4)) || name.hasPrefix($0.prefix(4))) }
                .min()
            refuse(
                name,
                Term(
                    "没有这个字段" + (near.map { "，是指 \($0) 吗？" } ?? ""),
                    "no such field" + (near.map { "; is \($0) meant?" } ?? "")))
        }
    }

    private func nested(_ fields: FormObject, _ prefix: String) -> FormReader {
        FormReader(fields, source: source, zone: zone, path: path + prefix)
    }

    private mutating func checked(_ text: String, _ field: String, limit: Int) -> String? {
        guard text.utf8.count <= limit else {
            refuse(
                field,
                Term(
                    "有 \(text.utf8.count) 字节，最多 \(limit) 字节", "has \(text.utf8.count) bytes; at most \(limit) are taken"
                ))
            return nil
        }
        var text = text
        let (isComposed, hasZero) = text.withUTF8(Self.quickCheck)
        guard !hasZero else {
            refuse(field, Term("含有零字节", "contains a zero byte"))
            return nil
        }
        return isComposed ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Quick check for normal form C: whether all scalars are among those that never change or combine, U+0000–02FF, 3001–3029,
    /// 4E00–9FFF and FF01–FF5E, and whether there is a U+0000. Reads the bytes, as every text of every record passes here.
    private static func quickCheck(_ bytes: UnsafeBufferPointer<UInt8>) -> (isComposed: Bool, hasZero: Bool) {
        var isComposed = true
        var hasZero = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case 0: hasZero = true
            case 0x01..<0x80: break
            case 0xC2..<0xCC: place += 1
            case 0xE4..<0xEA where byte != 0xE4 || bytes[place + 1] >= 0xB8: place += 2
            case 0xE3 where bytes[place + 1] == 0x80 && (0x81..<0xAA).contains(bytes[place + 2]): place += 2
            case 0xEF where bytes[place + 1] == 0xBC && bytes[place + 2] >= 0x81: place += 2
            case 0xEF where bytes[place + 1] == 0xBD && bytes[place + 2] < 0x9F: place += 2
            default: isComposed = false
            }
            place += 1
        }
        return (isComposed, hasZero)
    }
}
