import Crypto
import Foundation
import Handbooks
import Records
import Rules

/// One message to one target: the entries of the feed from `first` to `last` that it wants.
struct DeliveryMessage: Sendable, Equatable {
    /// The same each time that it is sent: the feed's epoch and the numbers.
    var id: String
    var entries: [FeedEntry]

    /// The kind of the one entry of a test, which is no entry of the feed.
    static let testKind = "test"
    /// No more entries than this are told one by one; the rest is counted.
    static let mostLines = 20
    /// Of the entries' lines together: group robots refuse longer texts (WeCom: 2,048 bytes), and the first and the last line, which
    /// count, need room.
    private static let mostBytes = 1900

    /// What a person reads.
    func text(_ language: Language, handbook: Handbook) -> String {
        let say = { (chinese: String, english: String) in language == .chinese ? chinese : english }
        var lines = entries.count == 1 ? [] : [say("回音：\(entries.count) 条新消息", "Huiyin: \(entries.count) new entries")]
        var bytes = 0
        var told = 0
        for entry in entries.prefix(Self.mostLines) {
            let line = Self.cut(Self.line(entry, language, handbook: handbook))
            bytes += line.utf8.count + 1
            if bytes > Self.mostBytes, told > 0 { break }
            lines.append(line)
            told += 1
        }
        if told < entries.count {
            let rest = entries.count - told
            lines.append(say("……另有 \(rest) 条，见 huiyin tail", "… and \(rest) more: see huiyin tail"))
        }
        return lines.joined(separator: "\n")
    }

    /// A line that fits into a message by itself.
    private static func cut(_ line: String) -> String {
        guard line.utf8.count >= mostBytes else { return line }
        var room = mostBytes - 1 - "…".utf8.count
        // By scalars: one character alone may be as long as one likes.
        let kept = line.unicodeScalars.prefix { scalar in
            room -= UTF8.width(scalar)
            return room >= 0
        }
        return String(kept) + "…"
    }

    private static func line(_ entry: FeedEntry, _ language: Language, handbook: Handbook) -> String {
        if entry.kind == testKind {
            return language == .chinese ? "回音：这是一条测试消息" : "Huiyin: this is a test"
        }
        // What this program cannot read, such as an entry of a later version, it can still name.
        guard let payload = try? FlagPayload(json: entry.payload) else { return "\(entry.sequence) \(entry.kind)" }
        let state: String
        switch payload.state {
        case .raised: state = ""
        case .withdrawn: state = language == .chinese ? "撤销 " : "withdrawn "
        case .passed: state = language == .chinese ? "已过 " : "over "
        }
        let title = payload.title.map { " — \($0)" } ?? ""
        return "[\(state)\(payload.flag.kind.term[language])] " + payload.flag.text(language, handbook: handbook)
            + title
    }
}

/// What is posted: where to, with which headers, and the body.
struct DeliveryRequest: Sendable, Equatable {
    var address: String
    var headers: [String]
    var body: String

    /// - Parameters:
    ///   - address: as configured.
    ///   - secret: signs what the form can sign.
    init(
        _ message: DeliveryMessage, to target: DeliveryTarget, address: String, secret: String?, handbook: Handbook,
        at now: Timestamp
    ) throws {
        self.address = address
        headers = ["Content-Type: application/json; charset=utf-8", "X-Huiyin-Delivery: \(message.id)"]
        let text = message.text(target.language, handbook: handbook)
        switch target.form {
        case .wecom, .mail: body = try Self.json(TextMessage(text))
        case .dingtalk:
            body = try Self.json(TextMessage(text))
            if let secret {
                let stamp = String(now.milliseconds)
                let sign = Self.base64(Self.code("\(stamp)\n\(secret)", key: secret))
                let allowed = CharacterSet.alphanumerics
                // Base64 is ASCII: it can always be encoded.
                let encoded = sign.addingPercentEncoding(withAllowedCharacters: allowed) ?? sign
                self.address += (address.contains("?") ? "&" : "?") + "timestamp=\(stamp)&sign=\(encoded)"
            }
        case .feishu:
            // Feishu takes tags in a text for commands: <at user_id="all"> would call everybody.
            var content = FeishuMessage(text.replacing("<", with: "＜").replacing(">", with: "＞"))
            if let secret {
                let stamp = String(now.milliseconds / 1000)
                content.timestamp = stamp
                content.sign = Self.base64(Self.code("", key: "\(stamp)\n\(secret)"))
            }
            body = try Self.json(content)
        case .slack:
            let plain = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            body = try Self.json(["text": plain])
        case .json:
            body = try Self.json(EntriesMessage(id: message.id, entries: message.entries.map(FeedLine.init)))
            if let secret {
                let stamp = String(now.milliseconds / 1000)
                let sign = Self.code("\(stamp).\(body)", key: secret).map {
                    ($0 < 16 ? "0" : "") + String($0, radix: 16)
                }
                headers += ["X-Huiyin-Timestamp: \(stamp)", "X-Huiyin-Signature: sha256=\(sign.joined())"]
            }
        }
    }

    /// Whether an answer means that it was taken: group robots answer 200 to what they refuse, with a code in the body.
    static func isTaken(_ form: DeliveryTarget.Form, status: Int, body: String) -> Bool {
        guard (200..<300).contains(status) else { return false }
        return form.answersWithCode ? answerCode(form, body) == 0 : true
    }

    /// The code in a group robot's answer; nil where there is none.
    static func answerCode(_ form: DeliveryTarget.Form, _ body: String) -> Int? {
        switch form {
        case .wecom, .dingtalk: code(named: ["errcode"], in: body)
        case .feishu: code(named: ["code", "StatusCode"], in: body)
        case .slack, .json, .mail: nil
        }
    }

    private static func code(named names: [String], in body: String) -> Int? {
        // What is no JSON has no code: the answer is somebody else's.
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        return names.compactMap { object?[$0] as? Int }.first
    }

    private static func code(_ text: String, key: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8))))
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private struct TextMessage: Encodable {
        var msgtype = "text"
        var text: [String: String]
        init(_ content: String) { text = ["content": content] }
    }

    private struct FeishuMessage: Encodable {
        var msg_type = "text"
        var content: [String: String]
        var timestamp: String?
        var sign: String?
        init(_ text: String) { content = ["text": text] }
    }

    private struct EntriesMessage: Encodable {
        var id: String
        var entries: [FeedLine]
    }
}
