import Records

extension MarkdownPaper {
    /// The appendix for each site that has something to tell, and for each department that answers for something.
    var sitePages: [String] {
        var lines = section("附录：各网点与各部门", "Appendix: sites and departments")
        for site in digest.sites where site.state != .notExpected || site.records > 0 { lines += page(of: site) }
        for invitation in digest.meeting.departments { lines += page(of: invitation) }
        return lines.count > 2 ? lines : []
    }

    private func page(of site: DigestSite) -> [String] {
        let id = site.id.text
        let complaints = FigureName("complaints").adding("site", id)
        let visits = FigureName("visits").adding("site", id)
        let start = complaints.adding("category").text + "."
        let categories = digest.figures.filter { figure in
            figure.name.text.hasPrefix(start) && figure.name.segments.count == 6
                && figure.name.segments[5] == "received"
        }.sorted { ($0.value.observations, $1.name) > ($1.value.observations, $0.name) }
        let largest = categories.prefix(5).map { "\(categoryName($0.name.segments[4])) \(words.value($0.value))" }
        var lines = subsection(siteRow(site) + " · " + site.stateName(words))
        lines += bullets([
            words.say("投诉", "complaints") + " \(figure(complaints.adding("received")))"
                + words.bracketed(
                    words.say("去重", "distinct") + " \(figure(complaints.adding("distinct")))"
                        + words.say("，未解决", ", open")
                        + " \(figure(FigureName("resolution.site").adding(id, "open")))"),
            words.say("回访", "return visits") + " \(figure(visits.adding("attempts")))"
                + words.bracketed(words.say("联系上", "reached") + " \(figure(visits.adding("reached")))"),
        ])
        if !largest.isEmpty { lines += bullets([words.say("类别：", "categories: ") + words.list(largest)]) }
        let issues = digest.issues.filter { !$0.members.isEmpty && $0.sites.contains(site.id) }
        lines += bullets(
            issues.prefix(5).map { words.say("同类问题：", "issue: ") + escaped(DisplayWidth.cut($0.title, to: 60)) })
        return lines
    }

    private func page(of invitation: DigestMeeting.Invitation) -> [String] {
        let name = invitation.department
        let issues = invitation.issues.compactMap { id in digest.issues.first { $0.id == id } }
        let outcomes = (digest.outcomes ?? []).filter { $0.department == name && $0.state != .done }
        guard !issues.isEmpty || !outcomes.isEmpty else { return [] }
        return subsection(escaped(name[words.language]))
            + bullets(
                issues.map { issue in
                    escaped(DisplayWidth.cut(issue.title, to: 60))
                        + words.bracketed(words.say("本月 \(issue.members.count) 条", "\(issue.members.count) this month"))
                }
                    + outcomes.map { outcome in
                        outcome.state.term[words.language] + words.say("：", ": ")
                            + escaped(DisplayWidth.cut(outcome.text, to: 60))
                    })
    }

    private func subsection(_ title: String) -> [String] { ["", "### " + title, ""] }
}
