import Records

extension MarkdownPaper {
    /// Where customers stand on the waterfall and how they moved; then their grades.
    var waterfall: [String] {
        let lines = standings + grades
        return lines.isEmpty ? [] : section("客户服务瀑布与分级", "Customers: waterfall and grades") + lines
    }

    private var standings: [String] {
        guard let waterfall = digest.waterfall else { return [] }
        var table = MarkdownTable(
            words.say("状态", "State"), ">" + words.say("月初", "Month's beginning"), ">" + words.say("月末实测", "Measured"),
            ">" + words.say("月末自然下滑", "Fallen without contact"))
        for state in waterfall.states {
            let name = FigureName("waterfall.state").adding(state.code)
            let control =
                state.code == waterfall.controlPoint ? words.say("（控制点）", " (control point)") : ""
            table.add(
                [escaped(state.term[words.language]) + control]
                    + ["at_start", "measured", "decayed"].map { figure(name.adding($0)) })
        }
        var lines = [
            words.say(
                "月末有满意度事实的客户 \(figure("waterfall.customers")) 位：首次测得 \(figure("waterfall.first_measured"))，"
                    + "上升 \(figure("waterfall.rose"))，下降 \(figure("waterfall.fell"))，未动 \(figure("waterfall.stayed"))。"
                    + "无人联系的客户会自然下滑，与实测分开列。",
                "Customers whose satisfaction is known: \(figure("waterfall.customers")); first measured "
                    + "\(figure("waterfall.first_measured")), rose \(figure("waterfall.rose")), fell \(figure("waterfall.fell")), "
                    + "stayed \(figure("waterfall.stayed")). Whom nobody contacts falls without saying so; they stand apart."
            ), "",
        ]
        lines += table.lines(words) + [""]
        lines += [recoveryLine, "", loyalLine(waterfall)]
        return lines + flows(waterfall)
    }

    private var recoveryLine: String {
        words.say(
            "不满意及以下（月初或月内）\(figure("waterfall.below_satisfied")) 位，补救成功 \(figure("waterfall.recovery"))。",
            "Below satisfied at the beginning or within the month: \(figure("waterfall.below_satisfied")); won back "
                + "\(figure("waterfall.recovery")).")
    }

    /// The organisation's type is told of enough loyal customers only: of three it would be chance.
    private func loyalLine(_ waterfall: WaterfallSummary) -> String {
        let (before, won) = (digest.count("waterfall.loyal.at_start"), digest.count("waterfall.loyal.won"))
        let numbers = words.say(
            "忠诚客户：月初 \(figure("waterfall.loyal.at_start"))，流失 \(figure("waterfall.loyal.lost"))，赢得 \(figure("waterfall.loyal.won"))",
            "Loyal customers: \(figure("waterfall.loyal.at_start")) at the beginning, \(figure("waterfall.loyal.lost")) lost, "
                + "\(figure("waterfall.loyal.won")) won")
        guard let type = waterfall.firmType else { return numbers + words.say("。", ".") }
        guard before + won >= digest.smallSample else {
            return numbers + words.say("；人数太少，不判断企业类型。", "; too few to tell what type of organisation that is.")
        }
        return numbers
            + words.say("；企业类型——\(type.chinese)。", "; type of organisation — \(type.english).")
    }

    /// From where to where, the most frequent first; those who stayed are left out.
    private func flows(_ waterfall: WaterfallSummary) -> [String] {
        var table = MarkdownTable(
            words.say("从", "From"), words.say("到", "To"), ">" + words.say("客户", "Customers"))
        for flow in digest.flows.filter({ $0.from != $0.to }).sorted(by: { $0.count > $1.count }) {
            table.add([
                flow.from.map { escaped(waterfall.states.term($0, words)) } ?? words.say("首次测得", "first measured"),
                escaped(waterfall.states.term(flow.to, words)), words.number(flow.count),
            ])
        }
        return table.isEmpty ? [] : subsection("本月的流动", "Flows in the month") + table.lines(words, mostRows: 30)
    }

    private var grades: [String] {
        guard let tiers = digest.tiers else { return [] }
        let counts = tiers.tiers.map { tier in
            "\(escaped(tier.term[words.language])) \(figure(FigureName("tiers.tier").adding(tier.code, "customers")))"
        }
        let moves = tiers.moves.map { move in
            let way =
                (tiers.way(from: move.from, to: move.to) ?? 0) > 0 ? words.say("升级", "up") : words.say("降级", "down")
            return "\(way)\(words.say("：", ": "))\(customer(move.customer)) "
                + "\(escaped(tiers.tiers.term(move.from, words))) → \(escaped(tiers.tiers.term(move.to, words)))"
        }
        let rest = digest.count("tiers.up") + digest.count("tiers.down") - tiers.moves.count
        return subsection("客户分级", "Grades of customers")
            + [
                words.say(
                    "已分级 \(figure("tiers.customers")) 位：\(words.list(counts))；核心客户（前 \(tiers.corePercent)%）\(figure("tiers.core")) 位。",
                    "Graded: \(figure("tiers.customers")): \(words.list(counts)); core customers (the best \(tiers.corePercent) %): "
                        + "\(figure("tiers.core"))."), "",
                words.say(
                    "升级 \(figure("tiers.up"))，降级 \(figure("tiers.down"))，首次分级 \(figure("tiers.first_graded"))，未变 \(figure("tiers.same"))。",
                    "Up \(figure("tiers.up")), down \(figure("tiers.down")), graded for the first time \(figure("tiers.first_graded")), "
                        + "unchanged \(figure("tiers.same"))."),
            ] + (moves.isEmpty ? [] : [""] + bullets(moves, unlisted: rest))
    }

    /// Key accounts, and customers with whom nobody is in touch.
    var accounts: [String] {
        guard let contacts = digest.contacts else { return [] }
        var lines = section("重点客户与沉默客户", "Key accounts and silent customers")
        lines.append(
            words.say(
                "重点客户 \(figure("key_accounts.known")) 位：本月联系过 \(figure("key_accounts.contacted"))，久未联系 \(figure("key_accounts.out_of_touch"))。",
                "Key accounts: \(figure("key_accounts.known")), contacted this month \(figure("key_accounts.contacted")), out of "
                    + "touch for too long \(figure("key_accounts.out_of_touch"))."))
        if !contacts.keyAccounts.isEmpty { lines += [""] + accountTable(contacts).lines(words) }
        lines += [
            "",
            words.say(
                "全部客户 \(figure("customers.known")) 位：本月联系过 \(figure("customers.contacted"))，久未联系 \(figure("customers.out_of_touch"))，"
                    + "其中本月才到期 \(figure("customers.lapsed"))。没有投诉也没有联系，是关系变坏最清楚的信号。",
                "All customers: \(figure("customers.known")), contacted this month \(figure("customers.contacted")), out of touch for "
                    + "too long \(figure("customers.out_of_touch")), \(figure("customers.lapsed")) of them since this month. No "
                    + "complaint and no contact is the clearest sign of a relationship that goes bad."),
        ]
        guard !contacts.silent.isEmpty else { return lines }
        let rest = digest.count("customers.lapsed") - digest.count("key_accounts.lapsed") - contacts.silent.count
        let silent = contacts.silent.map { silence in
            "\(customer(silence.customer))\(words.say("：", ": "))"
                + contact(silence.since, silence.wasContacted, words.say("最后联系 ", "last contact "))
                + " `\(silence.record)`"
        }
        return lines + subsection("本月起久未联系", "Out of touch since this month")
            + bullets(silent, unlisted: rest)
    }

    private func accountTable(_ contacts: ContactSummary) -> MarkdownTable {
        var table = MarkdownTable(
            words.say("客户", "Customer"), words.say("等级", "Tier"), words.say("瀑布状态", "State"),
            words.say("最后联系", "Last contact"), ">" + words.say("年销售额", "Annual sales"),
            ">" + words.say("净利润", "Net profit"))
        for account in contacts.keyAccounts {
            let day = contact(account.since, account.wasContacted)
            table.add([
                customer(account.customer),
                account.tier.map { escaped((digest.tiers?.tiers ?? []).term($0, words)) } ?? "—",
                account.state.map { escaped((digest.waterfall?.states ?? []).term($0, words)) } ?? "—",
                account.isSilent ? "**\(day)**" : day,
                account.annualSales.map { words.decimal($0, places: 0) } ?? "—",
                account.netProfit.map { words.decimal($0, places: 0) } ?? "—",
            ])
        }
        return table
    }

    /// The day of the last contact, or that there was none since the customer was written down.
    private func contact(_ since: Timestamp, _ wasContacted: Bool, _ title: String = "") -> String {
        wasContacted
            ? title + words.day(since)
            : words.say("从未联系，\(words.day(since)) 建档", "never, known since \(words.day(since))")
    }

    /// What a customer is called in a paper that others read.
    private func customer(_ name: String) -> String { words.say("客户 ", "customer ") + "`\(name)`" }
}

extension Digest {
    /// One stream of customers between two states of the waterfall; `from` is nil for those first measured.
    struct Flow {
        var from: String?
        var to: String
        var count: Int
    }

    /// In the order of the states, from the top.
    var flows: [Flow] {
        guard let waterfall else { return [] }
        let states = waterfall.states.map(\.code)
        return (states.map(Optional.init) + [nil]).flatMap { from in
            states.compactMap { to in
                let count = count(FigureName("waterfall.from").adding(from, "to", to, "customers"))
                return count > 0 ? Flow(from: from, to: to, count: count) : nil
            }
        }
    }
}
