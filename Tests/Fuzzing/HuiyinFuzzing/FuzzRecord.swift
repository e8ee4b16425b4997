import Crypto
import Foundation
import Records
import SwiftProtobuf

/// An entry of a log.
func fuzzRecord(_ bytes: [UInt8]) {
    // What is no entry, or no record, is refused.
    guard let entry = try? Entry(serializedBytes: bytes) else { return }
    let leaf = LogChain.leaf(entry)
    guard
        let record = try? Record(
            entry, site: Fixed.site, epoch: Fixed.headquartersEpoch, sequence: SequenceNumber(1))
    else { return }
    insist(record.id.data == record.facts.recordID)
    insist(RecordID(record.id.description) == record.id)
    if let leaf, !entry.nonce.isEmpty {
        var erased = Entry()
        erased.facts = entry.facts
        erased.personalDigest = Data(SHA256.hash(data: entry.nonce + entry.personal))
        insist(LogChain.leaf(erased) == leaf, "an erasure changed the leaf")
    }
    _ = CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32))?
        .tokens(for: record.personal?.customer ?? Customer(), at: Fixed.site)
}
