package import Records

extension Digest {
    /// The paper as Markdown: first what a manager must know, in words; then the tables.
    ///
    /// Tables line up in a terminal too. Names and numbers of customers are not in a digest; texts of people are masked, cut
    /// and escaped.
    /// - Parameter appendix: adds every figure under its stable name, also those of site × category × grade.
    package func markdown(_ language: Language, appendix: Bool = false) -> String {
        let paper = MarkdownPaper(digest: self, words: Wording(language: language, zone: period.zone))
        return paper.text(appendix: appendix)
    }

    /// One line that says what the month amounts to, for a feed or a list.
    package func headline(_ language: Language) -> String {
        let words = Wording(language: language, zone: period.zone)
        let received = words.amount(count("complaints.received"), "件投诉", "complaint")
        let distinct = words.number(count("complaints.distinct"))
        let issues = words.amount(count("issues.present"), "个同类问题", "issue")
        return words.say(
            "\(words.month(period.month))第 \(revision) 版：\(received)（去重 \(distinct) 件），\(issues)；\(completeness(language))",
            "\(words.month(period.month)), revision \(revision): \(received) (\(distinct) distinct), \(issues); "
                + completeness(language))
    }

    /// For how many sites the month is complete, and what is missing of the others.
    package func completeness(_ language: Language) -> String {
        let words = Wording(language: language, zone: period.zone)
        let expected = sites.filter { $0.state != .notExpected }
        guard !expected.isEmpty else { return words.say("没有应报的网点", "no site was expected to report") }
        let complete = expected.filter { $0.state == .complete }
        let all = complete.count == expected.count
        let start = words.say(
            all ? "\(expected.count) 个网点数据全部完整" : "\(expected.count) 个网点中 \(complete.count) 个数据完整",
            "complete for \(complete.count) of \(words.amount(expected.count, "", "site"))")
        let others = expected.filter { $0.state != .complete }
        let named = others.prefix(Self.mostNamed).map { $0.shortfall(words) }
        let rest = others.count - named.count
        let more = rest > 0 ? [words.say("另有 \(rest) 个不完整", "\(rest) more not complete")] : []
        return ([start] + named + more).joined(separator: words.say("；", "; "))
    }

    /// No more sites than this are named in a sentence.
    static let mostNamed = 5
}

extension SequenceGap {
    /// Which entries a site lacks, since when, and when that was found.
    func sentence(_ name: String, _ words: Wording) -> String {
        let places =
            count == 1
            ? words.say("第 \(first) 条", "entry \(first)")
            : words.say("第 \(first) 至 \(last) 条", "entries \(first) to \(last)")
        let after = since.map { words.say("，\(words.moment($0)) 之后记录", ", recorded after \(words.moment($0))") } ?? ""
        let found = foundAt.map { words.say("，\(words.moment($0)) 发现", ", found \(words.moment($0))") } ?? ""
        return words.say(
            "\(name) 有缺口：日志\(places)已永久丢失\(after)\(found)",
            "\(name) has a gap: \(places) of its log \(count == 1 ? "is" : "are") lost for good\(after)\(found)")
    }
}

extension DigestSite {
    /// What is missing of a site that is not complete.
    func shortfall(_ words: Wording) -> String {
        let name = MarkdownText.escaped(DisplayWidth.cut(name[words.language], to: 24))
        let moment = heardUntil.map { words.moment($0) }
        switch state {
        case .complete, .notExpected: return name
        case .gap:
            let missing = words.amount(missing, "条", "record")
            return words.say("\(name) 缺 \(missing)", "\(name) lacks \(missing)")
        case .partial:
            let until = moment ?? words.say("未知时刻", "an unknown moment")
            return words.say("\(name) 只听到 \(until)", "\(name) heard only until \(until)")
        case .silent:
            guard let moment else { return words.say("\(name) 从未听到", "\(name) never heard from") }
            return words.say("\(name) 自 \(moment) 起失联", "\(name) silent since \(moment)")
        }
    }

    /// The state in one word or two.
    func stateName(_ words: Wording) -> String {
        switch state {
        case .complete: words.say("完整", "complete")
        case .partial: words.say("部分", "partial")
        case .gap: words.say("有缺口", "has gaps")
        case .silent: words.say("失联", "silent")
        case .notExpected: words.say("不应报", "not expected")
        }
    }
}
