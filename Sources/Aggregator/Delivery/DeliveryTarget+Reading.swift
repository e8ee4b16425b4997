import Records
import StrictYAML

extension DeliveryTarget {
    /// - Parameter resolve: a path as the configuration's file means it.
    init(_ reader: inout YAMLReader, _ resolve: (String) -> String) {
        reader.require("name", "form")
        let name = reader.value("name", expected: "a name of letters, digits and hyphens") { text in
            !text.isEmpty && text.count <= 64
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
                ? text : nil
        }
        let form = reader.choice("form", of: Form.allCases.map { (word: $0.rawValue, value: $0) })
        self.init(name: name ?? "", form: form ?? .json)
        addressFile = reader.string("address-file", limit: 4096).map(resolve)
        secretFile = reader.string("secret-file", limit: 4096).map(resolve)
        receivers =
            reader.values("to", expected: "addresses such as quality@example.com") { text in
                let isPlain = text.allSatisfy {
                    !$0.isWhitespace && !$0.isNewline && $0 != "," && $0 != "<" && $0 != ">"
                }
                return isPlain && text.contains("@") ? text : nil
            } ?? []
        if let text = reader.string("language", limit: 16) {
            if let known = Language(rawValue: text) {
                language = known
            } else {
                reader.refuse("language", "must be zh-CN or en")
            }
        }
        filter.leastGrade = reader.choice("grade", of: Grade.vocabulary.map { (word: $0.code, value: $0.value) })
        filter.kinds = Set(
            reader.values("kinds", expected: "flag, digest", { ["flag", "digest"].contains($0) ? $0 : nil }) ?? [])
        filter.sites = Set(reader.strings("sites", limit: 64) ?? [])
        filter.categories = Set(reader.strings("categories", limit: 128) ?? [])
        filter.departments = Set(reader.strings("departments", limit: 128) ?? [])
        quietHours = reader.value("quiet-hours", expected: "hours such as 22:00-07:00") { QuietHours($0) }
        switch form {
        case .mail where receivers.isEmpty: reader.refuse("to", "is missing: who gets the mail")
        case .mail, nil: break
        case .wecom, .dingtalk, .feishu, .slack, .json:
            if addressFile == nil { reader.refuse("address-file", "is missing: a file with the webhook's address") }
        }
    }
}
