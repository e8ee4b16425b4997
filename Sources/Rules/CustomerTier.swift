package import Records

/// The tier of a customer that limits may differ by: what a profile last said before the moment in question.
package enum CustomerTier {
    /// - Parameter records: of one customer, in any order; others than profiles are passed over.
    package static func stated(in records: [Record], at moment: Timestamp) -> String? {
        let stated = records.filter { record in
            if case .customer(let profile) = record.facts.body {
                !profile.tier.isEmpty && record.occurred <= moment
            } else {
                false
            }
        }
        return stated.max { ($0.order, $0.id) < ($1.order, $1.id) }?.facts.customer.tier
    }
}
