import Records

/// Makes text that people wrote fit for a paper that others read: numbers that could name somebody are masked, control
/// characters are gone, and it is cut.
///
/// Names cannot be found in free text by rule; that a sample is shown at all is the handbook's choice.
package enum CustomerText {
    /// Digits in a row from here on are masked.
    static let digitsInRow = 5
    /// Digits that stand in groups, parted by spaces, hyphens, dots or brackets, are masked from here on.
    static let digitsInGroups = 9
    /// What stands in place of what is masked; it means nothing in Markdown.
    static let mask = "×××"
    /// No more such marks than this part two groups.
    static let separatorsBetween = 3

    /// Masked, in one line, and cut to so many characters.
    package static func presentable(_ text: String, limit: Int) -> String {
        // A character may be any number of scalars, so the scalars are bounded too; what lies beyond is cut anyway.
        let scalars = text.unicodeScalars.prefix(limit * 8 + 256)
        let line = oneLine(scalars)
        let masked = maskAddresses(maskDigits(line))
        return cut(masked, limit: limit)
    }

    /// In one line, without characters that would steer a terminal or a page. Nothing is masked or cut below 4,096 scalars.
    static func presentableLine(_ text: String) -> String { oneLine(text.unicodeScalars.prefix(4096)) }

    /// At most `limit` characters, the last of them an ellipsis when something is missing.
    static func cut(_ text: String, limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(max(limit - 1, 0))) + "…"
    }

    /// White space runs become one space; control, format (joiners of emoji stay) and private characters vanish; no more
    /// than four combining marks stay on one base.
    private static func oneLine(_ scalars: Substring.UnicodeScalarView) -> String {
        var line = String.UnicodeScalarView()
        var spaceDue = false
        var marks = 0
        for scalar in scalars {
            let properties = scalar.properties
            if properties.isWhitespace {
                spaceDue = !line.isEmpty
                continue
            }
            switch properties.generalCategory {
            case .control, .surrogate, .privateUse, .unassigned: continue
            case .format where scalar != "\u{200D}": continue
            case .nonspacingMark, .enclosingMark:
                marks += 1
                if marks > 4 { continue }
            default: marks = 0
            }
            if spaceDue { line.append(" ") }
            spaceDue = false
            line.append(scalar)
        }
        return String(line)
    }

    private static func maskDigits(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var start = 0
        while start < scalars.count {
            guard isDigit(scalars[start]) else {
                result.append(scalars[start])
                start += 1
                continue
            }
            let end = endOfGroups(scalars, from: start)
            let groups = scalars[start..<end].split(whereSeparator: { !isDigit($0) })
            let all = groups.reduce(0) { $0 + $1.count } >= digitsInGroups
            var place = start
            while place < end {
                let stop = scalars[place..<end].firstIndex(where: { isDigit($0) != isDigit(scalars[place]) }) ?? end
                let hidden = isDigit(scalars[place]) && (all || stop - place >= digitsInRow)
                result.append(contentsOf: hidden ? Array(mask.unicodeScalars) : Array(scalars[place..<stop]))
                place = stop
            }
            start = end
        }
        return String(result)
    }

    /// Where groups of digits come to an end.
    private static func endOfGroups(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        var end = start
        while end < scalars.count {
            let marks = scalars[end...].prefix(separatorsBetween).prefix(while: separators.contains)
            let next = end + marks.count
            guard next < scalars.count, isDigit(scalars[next]) else { break }
            end = next + 1
        }
        return end
    }

    private static let separators = Set(" -.\u{2010}\u{2011}\u{2013}－·()（）\u{200D}".unicodeScalars)

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .decimalNumber
    }

    /// What stands around an at sign is masked.
    private static func maskAddresses(_ text: String) -> String {
        guard text.contains("@") else { return text }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        var result = ""
        for (index, part) in parts.enumerated() {
            var part = part
            if index > 0 { part = part.drop(while: isOfAddress) }
            let isLast = index == parts.count - 1
            if !isLast {
                while let last = part.last, isOfAddress(last) { part.removeLast() }
            }
            result += part + (isLast ? "" : mask)
        }
        return result
    }

    private static func isOfAddress(_ character: Character) -> Bool {
        character == "×"
            || character.isASCII && (character.isLetter || character.isNumber || "._%+-".contains(character))
    }
}

extension IssueSummary {
    /// No more samples than this are shown.
    static let mostSamples = 3

    /// Sorted inside, title and samples masked and cut.
    var presentable: IssueSummary {
        var issue = self
        issue.title = CustomerText.presentable(title, limit: 60)
        issue.samples = samples.prefix(Self.mostSamples).map { CustomerText.presentable($0, limit: 80) }
        issue.members = Set(members).sorted()
        issue.sites = Set(sites).sorted()
        if let records = hot?.records { issue.hot?.records = Set(records).sorted() }
        return issue
    }

    /// The order in which a meeting wants them: hot ones, then by state, then the most frequent.
    static func graver(_ left: IssueSummary, _ right: IssueSummary) -> Bool {
        let (leftHot, rightHot) = (left.hot == nil ? 1 : 0, right.hot == nil ? 1 : 0)
        return (leftHot, left.status, -left.members.count, left.id)
            < (rightHot, right.status, -right.members.count, right.id)
    }
}

extension FlagSummary {
    /// Sorted inside, its text masked and cut.
    var presentable: FlagSummary {
        var flag = self
        flag.text = Term(
            // The program's own sentence, with dates and ids in it; a title that it quotes was masked when the flag was raised.
            CustomerText.cut(CustomerText.presentableLine(text.chinese), limit: 200),
            CustomerText.cut(CustomerText.presentableLine(text.english), limit: 200))
        flag.records = Set(records).sorted()
        return flag
    }
}
