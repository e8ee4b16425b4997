import Records

/// Tables of customers, elements and causes.
extension Digest {
    var waterfallTable: DigestTable {
        var table = DigestTable(
            "waterfall", Term("客户服务瀑布", "waterfall"),
            [
                .init("from", "从", "from"), .init("to", "到", "to"), .init("from_name", "从（名称）", "from, name"),
                .init("to_name", "到（名称）", "to, name"), .init("customers", "客户", "customers"),
            ])
        let term = { (code: String?) in
            self.waterfall?.states.first { $0.code == code }?.term ?? Term("首次测得", "first measured")
        }
        for flow in flows {
            table.add([
                .plain(flow.from), .plain(flow.to), .term(term(flow.from)), .term(term(flow.to)), .whole(flow.count),
            ])
        }
        return table
    }

    var keyAccountTable: DigestTable {
        var table = DigestTable(
            "key_accounts", Term("重点客户", "key accounts"),
            [
                .init("customer", "客户", "customer"), .init("since", "最后联系", "last contact"),
                .init("silent", "久未联系", "out of touch"), .init("tier", "等级", "tier"),
                .init("state", "瀑布状态", "state"), .init("annual_sales", "年销售额", "annual sales"),
                .init("net_profit", "净利润", "net profit"), .init("profile", "档案", "profile"),
            ])
        let number = { (value: Double?) in value.map { DigestTable.Cell.decimal($0) } ?? .empty }
        for account in contacts?.keyAccounts ?? [] {
            table.add([
                .plain(account.customer), moment(account.since), .whole(account.isSilent ? 1 : 0),
                .term(tiers?.tiers.first { $0.code == account.tier }?.term),
                .term(waterfall?.states.first { $0.code == account.state }?.term), number(account.annualSales),
                number(account.netProfit), .plain(account.profile.description),
            ])
        }
        return table
    }

    var elementTable: DigestTable {
        var table = DigestTable(
            "elements", Term("服务五要素", "five elements"),
            [
                .init("survey", "调查", "survey"), .init("mode", "方式", "mode"), .init("element", "要素", "element"),
                .init("aspect", "方面", "aspect"), .init("mean", "均值", "mean"), .init("n", "n", "n"),
                .init("low", "95% 下限", "95 % low"), .init("high", "95% 上限", "95 % high"),
            ])
        let aspects = [
            ("expectation", Term("期望", "expected")), ("perception", Term("感知", "perceived")),
            ("difference", Term("差距", "gap")),
        ]
        for row in elementRows {
            for (aspect, term) in aspects {
                table.add(
                    [
                        .plain(row.survey), .term(SurveyAnswer.Mode.named(row.mode)?.term),
                        .term((names.elements ?? []).first { $0.code == row.element }?.term), .term(term),
                    ] + (self[row.name.adding(aspect)]?.cells ?? [.empty, .whole(0), .empty, .empty]))
            }
        }
        return table
    }

    var curveTable: DigestTable {
        var table = DigestTable(
            "stage_curves", Term("阶段曲线", "stage curves"),
            [
                .init("case", "投诉", "complaint"), .init("stage", "阶段", "stage"), .init("at", "进入", "entered"),
                .init("impact", "影响面", "impact"), .init("record", "记录", "record"),
            ])
        for item in critical {
            for point in item.curve ?? [] {
                table.add([
                    .plain(item.id.description), .term(CaseStep.Stage.named(point.stage)?.term), moment(point.at),
                    .term(Complaint.Impact.named(point.impact)?.term), .plain(point.record.description),
                ])
            }
        }
        return table
    }
}
