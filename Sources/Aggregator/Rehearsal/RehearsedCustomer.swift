import Foundation
package import Handbooks
package import Records
package import struct Records.Record

/// What a rehearsal says of one customer.
package struct RehearsedCustomer: Sendable {
    /// A pseudonym; the same for all records of one person.
    package let customer: String
    /// What the file calls them: their number, else their name or another key.
    package private(set) var name = ""
    /// As the latest profile says.
    package private(set) var type = ""
    package private(set) var complaints = 0
    package private(set) var visits = 0
    /// By the latest visit or survey that asked for satisfaction; nil when none did.
    package private(set) var measured: Waterfall.State?
    package private(set) var segment: Segment?
    /// The last contact.
    package private(set) var lastContact: Timestamp?

    init(customer: String) { self.customer = customer }

    /// Takes a record of theirs, in the order of time.
    mutating func note(_ record: Record, under handbook: Handbook) {
        let reference = record.personal?.customer ?? Customer()
        let names = [reference.number, reference.name, reference.phone, reference.email]
        if name.isEmpty { name = names.first { !$0.isEmpty } ?? "" }
        switch record.facts.body {
        case .complaint: complaints += 1
        case .visit(let visit):
            visits += 1
            guard visit.reached else { return }
            lastContact = record.occurred
            measure(
                visit.hasSatisfaction ? visit.satisfaction : nil,
                visit.hasRecommendation ? visit.recommendation : nil)
        case .survey(let answer): measure(answer.hasSatisfaction ? answer.satisfaction : nil, nil)
        case .customer(let profile):
            if !profile.type.isEmpty { type = profile.type }
            segment = handbook.customers.segment(
                brand: profile.brand, arpu: profile.figures.last { $0.name == "arpu" && $0.value.isFinite }?.value)
        default: break
        }

        func measure(_ satisfaction: UInt32?, _ recommendation: UInt32?) {
            guard let satisfaction, let waterfall = handbook.customers.waterfall else { return }
            measured = waterfall.state(
                satisfaction: Int(satisfaction), recommendation: recommendation.map { Int($0) })
        }
    }
}

/// Who is who by exact keys: one key shared makes two one.
struct ExactKeys {
    /// The least key of the person that each key belongs to.
    private(set) var owners: [Data: Data] = [:]
    /// Every person's keys, by the least of them.
    private var keysOfOwner: [Data: [Data]] = [:]

    /// These keys belong to one person.
    mutating func join(_ keys: [Data]) {
        for key in keys where owners[key] == nil { (owners[key], keysOfOwner[key]) = (key, [key]) }
        let met = Set(keys.compactMap { owners[$0] })
        guard let least = met.min(by: { $0.lexicographicallyPrecedes($1) }) else { return }
        for other in met where other != least {
            let moved = keysOfOwner.removeValue(forKey: other) ?? []
            for key in moved { owners[key] = least }
            keysOfOwner[least, default: []] += moved
        }
    }
}
