import Foundation
import Handbooks
import Platform
import Records
import struct Records.Record
import Rules
import Storage

/// Customers' grades and their places on the waterfall, month by month.
extension Administration {
    /// The grades of all customers at the end of a month, and who moved since the month before.
    func tiers(_ request: CustomerMonthRequest, by administrator: Administrator) async throws -> TierReport {
        await fold.caughtUp()
        let handbook = await fold.handbook
        guard let policy = handbook.customers.grading else {
            throw RequestFailure("the handbook \(handbook.version) grades no customers; see `customers: grading:`")
        }
        let month = try self.month(request.month, handbook)
        let language = Language(named: request.language)
        let people = try folder.people()
        let labels = Dictionary(
            people.map { (SourcedText.name($0.customer), label($0.records, administrator)) }
        ) { first, _ in first }
        let table = { (month: Month) -> TierTable in
            let moment = month.range(in: handbook.zone).upperBound
            let graded = people.compactMap { person -> (name: String, figures: [String: CustomerStanding.Figure])? in
                let standing = CustomerStanding(person.records, handbook: handbook, zone: handbook.zone, at: moment)
                return standing.firstSeen.map { _ in (SourcedText.name(person.customer), standing.figures) }
            }
            return TierTable(graded, policy: policy, zone: handbook.zone, at: moment)
        }
        let (before, after) = (table(month.preceding), table(month))
        let rank = Dictionary(uniqueKeysWithValues: policy.tiers.enumerated().map { ($1.code, $0) })
        let text = { (tier: String) in policy.tier(tier)?.term[language] ?? tier }
        return TierReport(
            month: month.description,
            lines: after.lines.map { line in
                TierReport.Line(
                    customer: line.customer, label: labels[line.customer] ?? "", score: line.score, tier: line.tier,
                    tierText: text(line.tier), isCore: line.isCore)
            },
            movements: TierTable.movements(from: before, to: after).map { move in
                let isUp = move.from.map { rank[move.to, default: 0] < rank[$0, default: 0] }
                let word: Term =
                    switch isUp {
                    case true?: Term("升级", "up")
                    case false?: Term("降级", "down")
                    case nil: Term("新增", "new")
                    }
                return TierReport.Movement(
                    customer: move.customer, label: labels[move.customer] ?? "", from: move.from, to: move.to,
                    direction: word.english,
                    text: move.from.map { "\(word[language])：\(text($0)) → \(text(move.to))" }
                        ?? "\(word[language])：\(text(move.to))")
            })
    }

    /// The waterfall at the end of a month, and how customers moved on it.
    func waterfall(_ request: CustomerMonthRequest) async throws -> WaterfallReport {
        await fold.caughtUp()
        let handbook = await fold.handbook
        guard let policy = handbook.customers.waterfall else {
            throw RequestFailure("the handbook \(handbook.version) has no waterfall; see `customers: waterfall:`")
        }
        let month = try self.month(request.month, handbook)
        let range = month.range(in: handbook.zone)
        let moment = min(range.upperBound, SystemClock.wall)
        let courses = try folder.people().lazy.map {
            CustomerStanding($0.records, handbook: handbook, zone: handbook.zone, at: moment).course
        }
        let flow = WaterfallFlow(courses, during: range)
        return WaterfallReport(month, flow, policy, Language(named: request.language))
    }

    private func month(_ text: String?, _ handbook: Handbook) throws -> Month {
        guard let text else { return Month(of: SystemClock.wall, in: handbook.zone) }
        guard let month = Month(text) else { throw RequestFailure("\(text) is no month; write 2026-10") }
        return month
    }
}

extension WaterfallReport {
    init(_ month: Month, _ flow: WaterfallFlow, _ policy: Waterfall, _ language: Language) {
        let type = flow.firmType(manyFromPercent: policy.manyFromPercent)
        self.init(
            month: month.description,
            states: Waterfall.State.allCases.map { state in
                State(
                    state: state.rawValue, text: state.term[language], measured: flow.measured[state] ?? 0,
                    decayed: flow.decayed[state] ?? 0)
            },
            moves: flow.moves.sorted { ($1.value, $0.key.to.rawValue) < ($0.value, $1.key.to.rawValue) }.map {
                move, count in
                let from = move.from?.term[language] ?? Term("新测得", "first measured")[language]
                return Move(
                    from: move.from?.rawValue, to: move.to.rawValue, text: "\(from) → \(move.to.term[language])",
                    count: count)
            },
            fallen: flow.fallen, recovered: flow.recovered, loyal: flow.loyal, loyalLost: flow.loyalLost,
            loyalWon: flow.loyalWon, firmType: type?.rawValue, firmTypeText: type?.term[language])
    }
}
