import Records
import struct Records.Record
import Rules
import Storage

extension Intake {
    /// Records looked through at a time.
    private static var batch: Int { 1000 }

    /// A correction of a record of this site, on top of what was corrected before.
    func correction(
        of original: Record, changes: FormObject, reason: String, _ order: Order
    ) throws(FormFaults) -> SiteLog.Draft {
        let standing: Amendments.Standing
        do {
            standing = try self.standing(of: original)
        } catch {
            throw FormFaults([FieldFault(field: "record", Term("现在读不出来：\(error)", "cannot be read now: \(error)"))])
        }
        guard standing.retraction == nil else {
            throw FormFaults([
                FieldFault(field: "record", Term("已撤销；请先撤销那次撤销", "was retracted; retract the retraction first"))
            ])
        }
        let form = try RecordForm(
            correcting: standing.record, changes: changes, reason: reason, source: order.source, context: context(order)
        )
        return SiteLog.Draft(facts: form.facts, personal: form.personal)
    }

    /// The record with everything that was said about it here. What is said about a record stands behind it in the log.
    private func standing(of original: Record) throws -> Amendments.Standing {
        var found: [Record] = []
        var named: Set<RecordID> = [original.id]
        var after = log.place(of: original)
        while true {
            let records = try log.records(after: after, limit: Self.batch)
            for record in records.map(\.record) {
                guard let target = record.amends, named.contains(target) else { continue }
                named.insert(record.id)
                found.append(record)
            }
            guard let last = records.last else { break }
            after = last.place
        }
        return Amendments(found).standing(of: original)
    }
}
