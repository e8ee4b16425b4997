import Records

/// Tables of single things: cases, flags, records, days, months, figures.
extension Digest {
    var criticalTable: DigestTable {
        var table = DigestTable(
            "critical", Term("重大投诉", "critical complaints"),
            [
                .init("id", "编号", "id"), .init("site", "网点", "site"), .init("category", "类别", "category"),
                .init("made_at", "投诉时间", "made at"), .init("grade", "月末等级", "grade at month's end"),
                .init("open", "未解决", "open"), .init("rules", "升级原因", "why it rose"),
            ])
        for item in critical {
            table.add([
                .plain(item.id.description), .plain(item.site.text), .term(item.category.flatMap(names.path)),
                moment(item.madeAt),
                .term(item.grade.term), .whole(item.open ? 1 : 0),
                .plain(item.rises.map(\.rule).joined(separator: " ")),
            ])
        }
        return table
    }

    var standardTable: DigestTable {
        var table = DigestTable(
            "standards", Term("服务标准", "standards"),
            [
                .init("code", "编码", "code"), .init("name", "标准", "standard"), .init("metric", "指标", "metric"),
                .init("comparison", "比较", "comparison"), .init("target", "目标", "target"),
                .init("value", "本月", "this month"), .init("state", "结果", "result"), .init("owner", "负责", "owner"),
            ])
        for standard in standards ?? [] {
            table.add([
                .plain(standard.code), .term(standard.term), .term(standard.metric),
                .plain(standard.isAtLeast ? "≥" : "≤"), .decimal(standard.target),
                standard.value.map { .decimal($0) } ?? .empty, .term(standard.state.term), .term(standard.owner),
            ])
        }
        return table
    }

    var flagTable: DigestTable {
        var table = DigestTable(
            "flags", Term("警示", "flags"),
            [
                .init("number", "序号", "number"), .init("at", "时间", "at"), .init("kind", "种类", "kind"),
                .init("site", "网点", "site"),
                .init("grade", "等级", "grade"), .init("text", "内容", "what"), .init("withdrawn", "已撤销", "withdrawn"),
            ])
        for flag in flags {
            table.add([
                .whole(Int(clamping: flag.number)), moment(flag.at), .term(flag.name), .plain(flag.site?.text),
                .term(flag.grade?.term), .text(flag.text), .whole(flag.withdrawn ? 1 : 0),
            ])
        }
        return table
    }

    var lateTable: DigestTable {
        var table = DigestTable(
            "late", Term("迟到与补记", "late and backdated"),
            [
                .init("id", "编号", "id"), .init("why", "原因", "why"), .init("site", "网点", "site"),
                .init("kind", "种类", "kind"),
                .init("occurred", "发生", "occurred"), .init("recorded", "记下", "recorded"),
                .init("arrived", "到达", "arrived"),
            ])
        for item in late {
            table.add([
                .plain(item.id.description), .term(Term("迟到", "late")), .plain(item.site.text), .term(item.kind),
                moment(item.occurred), moment(item.recorded), moment(item.arrived),
            ])
        }
        for item in backdated {
            table.add([
                .plain(item.id.description), .term(Term("补记", "backdated")), .plain(item.site.text), .term(item.kind),
                moment(item.occurred), moment(item.recorded), .empty,
            ])
        }
        return table
    }

    var dayTable: DigestTable {
        var table = DigestTable(
            "days", Term("每日投诉", "complaints by day"), [.init("day", "日期", "day"), .init("received", "收到", "received")])
        for (place, count) in days.enumerated() {
            table.add([.plain("\(period.month)-\(FigureName.day(place + 1))"), .whole(count)])
        }
        return table
    }

    var trendTable: DigestTable {
        var table = DigestTable(
            "months", Term("以前月份", "earlier months"),
            [
                .init("month", "月份", "month"), .init("received", "收到", "received"), .init("distinct", "去重", "distinct"),
                .init("reached", "联系上的回访", "visits reached"), .init("complete", "完整网点", "complete sites"),
                .init("sites", "网点", "sites"),
            ])
        for month in trend ?? [] {
            table.add([
                .plain(month.month), .whole(month.received), .whole(month.distinct), .whole(month.reached),
                .whole(month.complete), .whole(month.sites),
            ])
        }
        return table
    }

    var figureTable: DigestTable {
        var table = DigestTable(
            "figures", Term("全部数字", "all figures"),
            [
                .init("name", "名称", "name"), .init("label", "含义", "label"), .init("value", "数值", "value"),
                .init("n", "n", "n"),
                .init("low", "95% 下限", "95 % low"), .init("high", "95% 上限", "95 % high"),
            ])
        let labels = Language.allCases.map {
            FigureLabel(digest: self, words: Wording(language: $0, zone: period.zone))
        }
        for figure in figures {
            let label = Term(labels[0].of(figure.name), labels[1].of(figure.name))
            table.add([.plain(figure.name.text), .term(label)] + figure.value.cells)
        }
        return table
    }
}
