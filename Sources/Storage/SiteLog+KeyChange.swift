import Crypto
import Foundation
package import Records

extension SiteLog.Draft {
    /// A key change to be written down. The same keys give the same record, so that a crash doubles nothing.
    package static func keyChange(_ change: KeyChange, of site: SiteID, at now: Timestamp) -> SiteLog.Draft {
        var facts = Facts()
        facts.author = "huiyin"
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.body = .keyChange(change)
        facts.contentDigest = Data(SHA256.hash(data: Data(KeyChange.name(change.signingKey).utf8)))
        return SiteLog.Draft(facts: facts, id: KeyChange.recordID(of: site, signingKey: change.signingKey))
    }
}
