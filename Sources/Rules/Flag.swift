import Crypto
package import Records

/// Something that needs a person, in codes and numbers: never a customer's words.
///
/// Its identity follows from what it is about, so that every recomputation gives the same flag the same identity.
package struct Flag: Sendable, Codable, Hashable {
    package var id: RecordID
    package var kind: FlagKind
    /// What it is about: a case's record id, an issue's id, a site or a customer's pseudonym.
    package var subject: String
    /// Sorted.
    package var sites: [SiteID]
    /// When it came to be so, by the records.
    package var at: Timestamp
    package var grade: Grade?
    /// The code of the grade rule or time limit.
    package var rule: String?
    /// The records that it follows from.
    package var evidence: [RecordID]
    /// How many records it counts, where it counts any.
    package var count: Int?
    /// How many would have been expected, where that is known.
    package var expected: Double?
    /// How many different complainants.
    package var complainants: Int?
    /// How many anonymous complaints stand beside them, "+n".
    package var anonymous: Int?
    /// The limit moment, of a warning; the end that did not hold, of a false closing; the last sign, of a silent site.
    package var reference: Timestamp?
    /// Of a grade by age: the cause of the delay was not stated and counts as ours. Nil for any other flag.
    package var delayNotStated: Bool?
    /// `YYYY-MM`, of a digest.
    package var month: String?

    /// - Parameter key: what tells flags of one kind and subject apart.
    package init(
        _ kind: FlagKind, subject: String, key: String = "", sites: [SiteID], at: Timestamp, grade: Grade? = nil,
        rule: String? = nil, evidence: [RecordID] = []
    ) {
        id = Self.identity(kind, subject: subject, key: key)
        self.kind = kind
        self.subject = subject
        self.sites = Array(Set(sites)).sorted()
        self.at = at
        self.grade = grade
        self.rule = rule
        self.evidence = evidence
    }

    /// A UUIDv8 over SHA-256 of kind, subject and key.
    package static func identity(_ kind: FlagKind, subject: String, key: String) -> RecordID {
        var content = Array("huiyin-flag".utf8)
        for part in [kind.rawValue, subject, key] {
            content.append(0)
            content.append(contentsOf: part.utf8)
        }
        guard var id = RecordID(bytes: Array(SHA256.hash(data: content)).prefix(16)) else {
            preconditionFailure("SHA-256 has at least 16 bytes")
        }
        id.high = id.high & ~0xF000 | 0x8000
        id.low = id.low & ~0xC000_0000_0000_0000 | 0x8000_0000_0000_0000
        return id
    }
}

extension Flag {
    /// That an issue satisfies the hot rule.
    /// - Parameters:
    ///   - anonymous: complaints of the window that count for nobody.
    ///   - rule: the code of the handbook's rule.
    package static func hotIssue(
        _ hot: HotEvidence, anonymous: Int, sites: [SiteID], grade: Grade, rule: String
    ) -> Flag {
        var flag = Flag(
            .hotIssue, subject: hot.issue, sites: sites, at: hot.completedAt, grade: grade, rule: rule,
            evidence: hot.complaints)
        flag.count = hot.complaints.count
        flag.complainants = hot.complainants
        flag.anonymous = anonymous
        return flag
    }

    /// That a site trimmed records before headquarters had backed them up.
    /// - Parameter count: how many.
    package static func trimmedEarly(_ site: SiteID, count: Int, at: Timestamp) -> Flag {
        var flag = Flag(.trimmedEarly, subject: site.text, sites: [site], at: at)
        flag.count = count
        return flag
    }

    /// That exact keys contradict each other: one of them belongs to customers that other keys tell apart.
    /// - Parameter customer: a pseudonym.
    package static func identityConflict(
        customer: String, sites: [SiteID], at: Timestamp, evidence: [RecordID]
    ) -> Flag {
        var flag = Flag(.identityConflict, subject: customer, sites: sites, at: at, evidence: evidence)
        flag.count = evidence.count
        return flag
    }

    /// That two entries claim one record id with different content.
    package static func recordConflict(_ id: RecordID, sites: [SiteID], at: Timestamp) -> Flag {
        Flag(.recordConflict, subject: id.description, sites: sites, at: at, evidence: [id])
    }

    /// That entries of a site's log are gone for good.
    package static func entriesLost(_ range: EntryRange, of site: SiteID, at: Timestamp) -> Flag {
        let places = range.count == 1 ? "\(range.first)" : "\(range.first)-\(range.last)"
        var flag = Flag(.entriesLost, subject: "\(site):\(places)", key: "\(range.epoch)", sites: [site], at: at)
        flag.count = Int(clamping: range.count)
        return flag
    }

    /// That somebody without the authority wants a record amended.
    /// - Parameter proposal: the correction, retraction or lowering.
    package static func proposal(_ proposal: Record, for record: RecordID, of site: SiteID) -> Flag {
        Flag(
            .amendmentProposed, subject: record.description, key: proposal.id.description,
            sites: [site, proposal.site],
            at: proposal.recorded, evidence: [proposal.id])
    }
}
