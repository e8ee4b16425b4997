/// Text of others inside Markdown: it must not become markup, break a table or reach another line.
enum MarkdownText {
    /// The text so that it shows as written, in one line, in a table's cell or elsewhere.
    static func escaped(_ text: String) -> String {
        let characters = Array(CustomerText.presentableLine(text))
        var result = ""
        for (place, character) in characters.enumerated() {
            switch character {
            case "\\", "`", "*", "[", "]", "|", "~", "$":
                result += "\\" + String(character)
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "_" where !isInWord(characters, place): result += "\\_"
            case _ where opensBlock(characters, place): result += "\\" + String(character)
            default: result.append(character)
            }
        }
        return result
    }

    /// The character would begin a heading, a list or a rule.
    private static func opensBlock(_ characters: [Character], _ place: Int) -> Bool {
        switch characters[place] {
        case "#", "+", "-", "=": place == 0
        case ".", ")": place > 0 && characters[..<place].allSatisfy { $0.isASCII && $0.isNumber }
        default: false
        }
    }

    private static func isInWord(_ characters: [Character], _ place: Int) -> Bool {
        guard place > 0, place + 1 < characters.count else { return false }
        return [characters[place - 1], characters[place + 1]].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
