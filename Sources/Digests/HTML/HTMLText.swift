/// Text of others inside HTML and SVG: it shows as written and becomes no markup, in an element or in a quoted attribute.
enum HTMLText {
    /// In one line, without characters that steer a page, every character of markup replaced.
    static func escaped(_ text: String) -> String { entities(CustomerText.presentableLine(text)) }

    /// Characters of markup replaced, everything else as it is.
    static func entities(_ text: some StringProtocol) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A line of the paper's own Markdown: `**bold**`, `` `code` ``, escapes and the three entities; nothing else is markup.
    static func inline(_ markdown: some StringProtocol) -> String {
        let characters = Array(markdown)
        var result = ""
        var place = 0
        var open: [String] = []
        func toggle(_ tag: String) {
            if open.last == tag {
                open.removeLast()
                result += "</\(tag)>"
            } else if !open.contains(tag) {
                open.append(tag)
                result += "<\(tag)>"
            }
        }
        while place < characters.count {
            let character = characters[place]
            let next = place + 1 < characters.count ? characters[place + 1] : nil
            if character == "\\", let next {
                result += entities(String(next))
                place += 2
            } else if character == "*", next == "*" {
                toggle("strong")
                place += 2
            } else if character == "`" {
                toggle("code")
                place += 1
            } else if character == "&", let entity = entity(at: place, characters) {
                result += entity
                place += entity.count
            } else {
                result += entities(String(character))
                place += 1
            }
        }
        for tag in open.reversed() { result += "</\(tag)>" }
        return result
    }

    /// One of those that `MarkdownText` writes.
    private static func entity(at place: Int, _ characters: [Character]) -> String? {
        ["&lt;", "&gt;", "&amp;"].first { entity in
            place + entity.count <= characters.count && String(characters[place..<place + entity.count]) == entity
        }
    }
}
