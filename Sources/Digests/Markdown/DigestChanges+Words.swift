package import Records

extension DigestChanges {
    /// What differs, in words: the records that came, the sites, then the figures, those of the whole first.
    package func inWords(_ language: Language, of digest: Digest) -> [String] {
        lines(of: digest, Wording(language: language, zone: digest.period.zone))
    }

    func lines(of digest: Digest, _ words: Wording) -> [String] {
        if isEmpty && causes.isEmpty {
            return [words.say("数字没有变化；文字或依据有变化。", "No figure differs; texts or evidence do.")]
        }
        return causes.map { line(of: $0, digest, words) } + sites.map { line(of: $0, digest, words) }
            + figures.sorted { Self.rank($0.name) < Self.rank($1.name) }.map { line(of: $0, digest, words) }
    }

    /// Figures of the whole before those of parts, and each in the order in which a paper tells them.
    private static func rank(_ name: FigureName) -> (Int, Int, Int, FigureName) {
        let segments = name.segments
        let place = { (words: [String], word: String?) in words.firstIndex { $0 == word } ?? words.count }
        return (segments.count, place(subjects, segments[0]), place(measures, segments[segments.count - 1]), name)
    }

    private static let subjects = [
        "complaints", "limits", "resolution", "answer", "visits", "satisfaction", "problems", "help", "issues", "flags",
    ]
    private static let measures = [
        "received", "distinct", "complainants", "missed", "met", "unknown", "open", "resolved",
    ]

    private func line(of record: LateRecord, _ digest: Digest, _ words: Wording) -> String {
        let site = MarkdownText.escaped(digest.siteName(record.site.text, words))
        let kind = MarkdownText.escaped(record.kind[words.language])
        let (occurred, arrived) = (words.moment(record.occurred), words.moment(record.arrived))
        return words.say(
            "迟到的记录：\(site) \(kind)，发生于 \(occurred)，\(arrived) 到达 `\(record.id)`",
            "late record: \(site), \(kind) of \(occurred), arrived \(arrived) `\(record.id)`")
    }

    private func line(of change: SiteChange, _ digest: Digest, _ words: Wording) -> String {
        let state = { (state: DigestSite.State?) in
            state.map { FigureLabel(digest: digest, words: words).of(FigureName($0.rawValue)) } ?? "—"
        }
        let site = MarkdownText.escaped(digest.siteName(change.site.text, words))
        return words.say(
            "\(site) 的数据：\(state(change.before)) → \(state(change.after))",
            "\(site): \(state(change.before)) → \(state(change.after))")
    }

    private func line(of change: FigureChange, _ digest: Digest, _ words: Wording) -> String {
        let label = MarkdownText.escaped(FigureLabel(digest: digest, words: words).of(change.name))
        let values = "\(words.value(change.before)) → \(words.value(change.after))"
        guard !change.causes.isEmpty else { return words.say("\(label)：\(values)", "\(label): \(values)") }
        let count = change.causes.count
        let because = words.bracketed(words.say("因 \(count) 条记录", "by \(words.amount(count, "", "record"))"))
        return words.say("\(label)：\(values)\(because)", "\(label): \(values)\(because)")
    }
}
