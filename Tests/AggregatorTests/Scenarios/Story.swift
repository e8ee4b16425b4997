import Aggregator
import Foundation
import Handbooks
import Records
import Rules
import Testing

/// What happened, told line by line as branches write it down; and what a handbook makes of it at a moment, by the same way that
/// `huiyin handbook try` goes.
///
/// Times are local readings in Shanghai. Every line is a record in the form of `POST /v1/records`.
struct Story {
    var handbook = Handbook.standard
    private(set) var lines: [String] = []

    /// A complaint by a customer, who may be known at several sites; nil is anonymous.
    mutating func complaint(
        _ id: String, _ at: String, by customer: String? = nil, site: String = "A1", about text: String = "楼道灯坏了",
        _ facts: [String: Any] = [:]
    ) {
        var form: [String: Any] = ["kind": "complaint", "id": id, "occurred_at": at, "site": site, "text": text]
        form["subject"] = text
        form["customer"] = customer
        add(form.merging(facts) { $1 })
    }

    /// What happened to a complaint.
    mutating func step(
        _ step: String, of complaint: String, _ at: String, site: String = "A1", id: String? = nil,
        _ facts: [String: Any] = [:]
    ) {
        var form: [String: Any] = ["kind": "step", "step": step, "case": complaint, "occurred_at": at, "site": site]
        form["id"] = id
        add(form.merging(facts) { $1 })
    }

    /// A return visit.
    mutating func visit(_ at: String, to customer: String, reached: Bool = true, _ facts: [String: Any] = [:]) {
        let form: [String: Any] = ["kind": "visit", "occurred_at": at, "customer": customer, "reached": reached]
        add(form.merging(facts) { $1 })
    }

    /// Any other record.
    mutating func add(_ form: [String: Any]) {
        // The forms of these tests are texts, numbers, truth values and lists of them.
        let data = (try? JSONSerialization.data(withJSONObject: form, options: [.sortedKeys])) ?? Data()
        lines.append(String(decoding: data, as: UTF8.self))
    }

    /// What the handbook makes of it.
    /// - Parameter heard: until when sites were heard that were not heard up to the moment.
    func at(_ text: String, heard: [String: String] = [:]) throws -> Outcome {
        let now = try #require(Timestamp(text, in: handbook.zone))
        let file = try RehearsalFile(lines.joined(separator: "\n"), handbook: handbook, at: now)
        var until: [SiteID: Timestamp] = [:]
        for (site, time) in heard {
            let moment: Timestamp = try #require(Timestamp(time, in: handbook.zone))
            until[try SiteID(site)] = moment
        }
        let rehearsal = Rehearsal(file.records, under: handbook, at: now, heard: until)
        return Outcome(rehearsal: rehearsal, names: file.names)
    }

    /// What came out, in the story's own words.
    struct Outcome {
        let rehearsal: Rehearsal
        let names: [RecordID: String]

        func view(_ id: String) throws -> CaseView {
            try #require(rehearsal.cases.first { names[$0.id] == id }, "no complaint \(id)")
        }

        func grade(_ id: String) throws -> Grade { try view(id).grade }

        /// Why it rose, in order: rule, moment and the records that caused it, for example
        /// `open_one_week 2019-07-08 08:00 [c1]`.
        func rises(_ id: String) throws -> [String] {
            try view(id).rises.map { rise in
                "\(rise.rule.code) \(clock(rise.at)) \(rise.evidence.map { names[$0] ?? "?" })".replacing(
                    "\"", with: "")
            }
        }

        /// How it stands to a time limit: the limit moment and the status.
        func limit(_ code: String, of id: String) throws -> String {
            let limit = try #require(try view(id).limits.first { $0.code == code }, "no limit \(code)")
            return "\(clock(limit.dueAt)) \(limit.status.code)"
        }

        /// Flags of a kind: what each is about, and when it came to be so.
        func flags(_ kind: FlagKind) -> [String] {
            rehearsal.flags.filter { $0.kind == kind }.map { flag in
                "\(RecordID(flag.subject).flatMap { names[$0] } ?? flag.subject) \(clock(flag.at))"
            }
        }

        /// The visits by the plan: item, customer, when due and how it stands.
        var visits: [String] {
            rehearsal.visits.map { visit in
                let name = rehearsal.customers.first { $0.customer == visit.customer }?.name ?? "?"
                let status =
                    switch visit.status {
                    case .upcoming: "upcoming"
                    case .due: "due"
                    case .overdue: "overdue"
                    case .unreachable: "unreachable"
                    case .done: "done"
                    }
                return "\(visit.item) \(name) \(clock(visit.dueAt)) \(status)"
            }
        }

        private func clock(_ moment: Timestamp) -> String {
            let civil = rehearsal.handbook.zone.civil(moment)
            return civil.day(separator: "-") + " " + civil.clock.prefix(5)
        }
    }
}

extension Handbook {
    /// The bundled handbook with a change in its text.
    static func changed(_ original: String, to replacement: String) throws -> Handbook {
        let text = try #require(Handbook.bundledText(named: Handbook.standard.name))
        try #require(text.contains(original))
        return try Handbook.read(yaml: text.replacing(original, with: replacement), file: "changed.yaml")
    }
}
