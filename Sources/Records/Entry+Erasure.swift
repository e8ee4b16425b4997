import Foundation

extension Entry {
    /// What an erasure leaves of it: the facts, and the digest by which leaf and chain stay what they are. Nil for an entry that
    /// is malformed or of which nothing but its hash is here.
    package var withoutPersonalPart: Entry? {
        guard !damaged, let digest = LogChain.personalDigest(self) else { return nil }
        var entry = self
        entry.nonce = Data()
        entry.personal = Data()
        entry.personalDigest = digest
        return entry
    }
}

extension Record {
    /// Everything that names its customer, also by a correction.
    package var allCustomerTokens: [CustomerToken] {
        facts.customerTokens + facts.correction.corrected.customerTokens
    }

    /// The record that this one tells more about: of a step or a follow-up visit the complaint, of an amendment what it amends.
    package var concerned: RecordID? {
        switch facts.body {
        case .step(let step): RecordID(bytes: step.caseID)
        case .visit(let visit): RecordID(bytes: visit.caseID)
        case .correction(let correction): RecordID(bytes: correction.recordID)
        case .retraction(let retraction): RecordID(bytes: retraction.recordID)
        default: nil
        }
    }
}
