import Records

// Customers: where they stand, how they are graded, and who is in touch with them. Each rests on one record of its own.

extension FigureLedger {
    /// `waterfall.…`: everybody of whom anything was measured, by the state at the month's beginning and at its end.
    mutating func addWaterfall(_ month: WaterfallMonth, _ summary: WaterfallSummary) {
        let all: FigureName = "waterfall"
        let customers = month.customers
        count(all.adding("customers"), customers.map(\.record))
        var before: [String: [RecordID]] = [:]
        var measured: [String: [RecordID]] = [:]
        var decayed: [String: [RecordID]] = [:]
        var flows: [Flow: [RecordID]] = [:]
        var ways: [Way: [RecordID]] = [:]
        for customer in customers {
            if let state = customer.before { before[state, default: []].append(customer.record) }
            if customer.isMeasured {
                measured[customer.after, default: []].append(customer.record)
            } else {
                decayed[customer.after, default: []].append(customer.record)
            }
            flows[Flow(from: customer.before, to: customer.after), default: []].append(customer.record)
            let way = Way(summary.depth(customer.before), summary.depth(customer.after))
            ways[way, default: []].append(customer.record)
        }
        for state in month.states.map(\.code) {
            let name = all.adding("state", state)
            count(name.adding("at_start"), before[state] ?? [])
            count(name.adding("measured"), measured[state] ?? [])
            count(name.adding("decayed"), decayed[state] ?? [])
        }
        for (flow, records) in flows {
            count(all.adding("from", flow.from, "to", flow.to, "customers"), records)
        }
        for way in Way.allCases { count(all.adding(way.rawValue), ways[way] ?? []) }
        addRecovery(customers)
        if let loyal = month.states.first?.code { addLoyal(customers, loyal) }
    }

    /// Who was below satisfied, and how many of these were won back: 服务补救.
    private mutating func addRecovery(_ customers: [WaterfallMonth.Customer]) {
        let fallen = customers.filter(\.hasFallen)
        count("waterfall.below_satisfied", fallen.map(\.record))
        share("waterfall.recovery", fallen.filter(\.isRecovered).map(\.record), of: fallen.map(\.record))
    }

    /// Loyal ones at the beginning, lost and won.
    private mutating func addLoyal(_ customers: [WaterfallMonth.Customer], _ loyal: String) {
        let before = customers.filter { $0.before == loyal }
        count("waterfall.loyal.at_start", before.map(\.record))
        count("waterfall.loyal.lost", before.filter { $0.after != loyal }.map(\.record))
        count("waterfall.loyal.won", customers.filter { $0.before != loyal && $0.after == loyal }.map(\.record))
    }

    private struct Flow: Hashable {
        var from: String?
        var to: String
    }

    /// In which direction a customer went.
    private enum Way: String, CaseIterable {
        case stayed, rose, fell
        case firstMeasured = "first_measured"

        init(_ before: Int?, _ after: Int?) {
            guard let before else {
                self = .firstMeasured
                return
            }
            let after = after ?? before
            self = after == before ? .stayed : after < before ? .rose : .fell
        }
    }

    /// `tiers.…`: everybody who is graded.
    mutating func addTiers(_ month: TierMonth, _ summary: TierSummary) {
        let customers = month.customers
        count("tiers.customers", customers.map(\.record))
        let byTier = Dictionary(grouping: customers, by: \.after)
        for tier in month.tiers.map(\.code) {
            count(FigureName("tiers.tier").adding(tier, "customers"), (byTier[tier] ?? []).map(\.record))
        }
        count("tiers.core", customers.filter(\.isCore).map(\.record))
        var moves: [String: [RecordID]] = [:]
        for customer in customers {
            let way = customer.before.map { summary.way(from: $0, to: customer.after) ?? 0 }
            let name = way.map { $0 > 0 ? "up" : $0 < 0 ? "down" : "same" } ?? "first_graded"
            moves[name, default: []].append(customer.record)
        }
        for name in ["up", "down", "same", "first_graded"] {
            count(FigureName("tiers").adding(name), moves[name] ?? [])
        }
    }

    /// `customers.…` and `key_accounts.…`: with whom somebody is in touch.
    mutating func addContacts(_ month: ContactMonth) {
        addContacts("customers", month.customers.map { ($0, $0.record) })
        let accounts = month.customers.compactMap { customer in customer.keyAccount.map { (customer, $0.profile) } }
        addContacts("key_accounts", accounts)
    }

    private mutating func addContacts(
        _ name: FigureName, _ customers: [(customer: ContactMonth.Customer, record: RecordID)]
    ) {
        count(name.adding("known"), customers.map(\.record))
        count(name.adding("contacted"), customers.filter(\.customer.isContacted).map(\.record))
        count(name.adding("in_touch"), customers.filter { !$0.customer.isSilent }.map(\.record))
        count(name.adding("out_of_touch"), customers.filter(\.customer.isSilent).map(\.record))
        count(name.adding("lapsed"), customers.filter(\.customer.isNewlySilent).map(\.record))
    }
}
