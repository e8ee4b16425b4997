import Records

/// Writes a digest as Markdown in one language, section by section.
struct MarkdownPaper {
    let digest: Digest
    let words: Wording

    /// No more lines of a list than this; what is left out is counted.
    static let mostLines = 20

    func text(appendix: Bool) -> String {
        var blocks = [heading, summary]
        blocks += [
            changes, completeness, meeting, outcomes, issues, complaints, limits, visits, waterfall, accounts,
            load, standards, benchmarks, flags, hints, late,
            comparability,
        ]
        .filter { !$0.isEmpty }
        if appendix { blocks += [sitePages, allFigures].filter { !$0.isEmpty } }
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    var heading: [String] {
        let month = words.month(digest.period.month)
        let handbook = escaped(digest.handbook.name[words.language]) + " " + escaped(digest.handbook.version)
        let asOf = words.moment(digest.period.asOf)
        return [
            words.say("# \(month)客户服务月报", "# Customer service digest, \(month)"), "",
            words.say(
                "第 \(digest.revision) 版 · 手册 \(handbook) · 截至 \(asOf)（\(digest.period.zone)）· 指纹 `\(digest.hash.prefix(12))`",
                "Revision \(digest.revision) · handbook \(handbook) · as of \(asOf) (\(digest.period.zone)) · "
                    + "hash `\(digest.hash.prefix(12))`"),
        ]
    }

    var completeness: [String] {
        var table = MarkdownTable(
            words.say("编号", "Id"), words.say("网点", "Site"), words.say("状态", "State"), words.say("听到", "Heard until"),
            ">" + words.say("记录", "Records"), ">" + words.say("缺失", "Missing"))
        for site in digest.sites {
            let heard = site.heardUntil.map { words.short($0, year: digest.period.month.year) } ?? "—"
            let clock = site.clockUnchecked ? words.say("，时钟未核对", ", clock unchecked") : ""
            table.add([
                escaped(site.id.text), siteName(site.id), site.stateName(words) + clock, heard,
                words.number(site.records), words.number(site.missing),
            ])
        }
        guard !table.isEmpty else { return [] }
        let states = DigestSite.State.allCases.map { state in
            "\(label.of(FigureName("sites").adding(state.rawValue)).split(separator: " · ").last ?? "") "
                + figure(FigureName("sites").adding(state.rawValue))
        }
        return section("数据完整性", "Completeness")
            + [
                words.say("应报网点", "Sites expected") + " \(figure("sites.expected"))" + words.say("：", ": ")
                    + words.list(states), "",
                words.say("没有听到的网点不等于没有投诉。", "A site that was not heard from is not a site without complaints."), "",
            ] + table.lines(words, mostRows: digest.sites.count) + gaps
    }

    /// Which entries are missing for good, site by site.
    private var gaps: [String] {
        let lines = digest.sites.flatMap { site in (site.gaps ?? []).map { $0.sentence(siteName(site.id), words) } }
        return lines.isEmpty ? [] : [""] + bullets(lines)
    }

    var allFigures: [String] {
        var table = MarkdownTable(words.say("名称", "Name"), words.say("数值", "Value"))
        for figure in digest.figures { table.add([escaped(figure.name.text), words.value(figure.value)]) }
        return section("附录：全部数字", "Appendix: all figures") + table.lines(words, mostRows: digest.figures.count)
    }
}

// What all sections use.
extension MarkdownPaper {
    var label: FigureLabel { FigureLabel(digest: digest, words: words) }

    func section(_ chinese: String, _ english: String) -> [String] { ["## " + words.say(chinese, english), ""] }

    func subsection(_ chinese: String, _ english: String) -> [String] {
        ["", "### " + words.say(chinese, english), ""]
    }

    func escaped(_ text: String) -> String { MarkdownText.escaped(text) }

    /// A figure's value in words; a dash when there is none.
    func figure(_ name: FigureName) -> String { words.value(digest[name]) }

    /// A site's name for a table's cell.
    func siteName(_ id: SiteID) -> String { escaped(DisplayWidth.cut(digest.siteName(id.text, words), to: 20)) }

    /// A site's name for a row of numbers; a dagger says that they are not all.
    func siteRow(_ site: DigestSite) -> String {
        let isWhole = site.state == .complete || site.state == .notExpected
        return siteName(site.id) + (isWhole ? "" : " †")
    }

    /// What the dagger means, under a table that has one.
    var daggerNote: [String] {
        guard digest.sites.contains(where: { [.partial, .gap, .silent].contains($0.state) }) else { return [] }
        return [
            "",
            words.say(
                "† 该网点数据不完整，实际可能更多。", "† Not complete: there may be more than is told here."),
        ]
    }

    /// A category's name for a table's cell.
    func categoryName(_ code: String?) -> String { escaped(DisplayWidth.cut(digest.categoryName(code, words), to: 32)) }

    /// The lines of a list, and how many were left out.
    /// - Parameter unlisted: so many more there are that are no lines here.
    func bullets(_ lines: [String], most: Int = Self.mostLines, unlisted: Int = 0) -> [String] {
        let rest = max(lines.count - most, 0) + max(unlisted, 0)
        let more = rest > 0 ? [words.say("……另有 \(words.number(rest)) 项", "… and \(words.number(rest)) more")] : []
        return (lines.prefix(most) + more).map { "- " + $0 }
    }

    /// The codes that stand at one place of the figures' names, for example the categories of
    /// `complaints.category.CODE.received`; nil among them is a missing code.
    func codes(in prefix: FigureName, ending last: String) -> [String?] {
        let depth = prefix.segments.count
        let start = prefix.text + "."
        return digest.figures.lazy.filter { $0.name.text.hasPrefix(start) }.map(\.name.segments)
            .filter { $0.count == depth + 2 && $0[depth + 1] == last }.map { $0[depth] }
    }
}
