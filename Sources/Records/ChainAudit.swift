/// Follows a stored log entry by entry and says where what is stored is not what was written.
///
/// Each stored hash is tried against the entry before it is believed, and a doubt is settled by the entry that follows: if that
/// one continues the *computed* hash, only the stored hash was damaged; if it continues the *stored* one, the content was. So one
/// flipped bit is found at its own place and its neighbours count as whole.
package struct ChainAudit: Sendable {
    /// What is wrong with an entry.
    package enum Damage: String, Sendable, Hashable, CaseIterable, Codable {
        /// Its facts, nonce or personal part are not those that were hashed.
        case content
        /// The hash that is stored with it is not its own; the entry itself is proven by the one after it.
        case hash
        /// There is no entry at that place.
        case missing
        /// The database cannot give it out.
        case unreadable
        /// No signature over it verifies.
        case signature
    }

    /// Consecutive entries with the same damage.
    package struct Finding: Sendable, Hashable {
        package var damage: Damage
        package var first: SequenceNumber
        package var last: SequenceNumber

        package init(_ damage: Damage, _ first: SequenceNumber, through last: SequenceNumber? = nil) {
            self.damage = damage
            self.first = first
            self.last = last ?? first
        }

        package var count: UInt64 { last.value - first.value + 1 }
    }

    /// Findings beyond so many are counted and not listed.
    package static let greatestList = 10_000

    /// In the order in which they were settled; at most `greatestList`.
    package private(set) var findings: [Finding] = []
    /// Entries with any damage.
    package private(set) var damaged: UInt64 = 0
    /// Entries that stand behind ones which are not there: the chain cannot prove them by itself.
    package private(set) var unproven: UInt64 = 0
    /// Entries that are as they were written.
    package private(set) var intact: UInt64 = 0
    /// Entries of which nothing but the hash was ever here.
    package private(set) var lost: UInt64 = 0

    private var expected: SequenceNumber
    /// The hash before `expected`; nil behind an entry that is not there.
    private var link: ChainHash?
    /// What was computed and what is stored at the entry before, where they differ.
    private var doubt: (sequence: SequenceNumber, computed: ChainHash?)?

    /// - Parameters:
    ///   - position: the entry before the first one, and its hash.
    package init(after sequence: SequenceNumber, hash: ChainHash) {
        expected = sequence.next
        link = hash
    }

    /// The next entry that is there: sequence numbers rise.
    /// - Parameters:
    ///   - leaf: of its content; nil when that is malformed.
    ///   - stored: the hash that stands with it; nil when it is none.
    package mutating func take(_ sequence: SequenceNumber, leaf: ChainHash?, stored: ChainHash?) {
        skip(to: sequence)
        expected = sequence.next
        guard let stored else {
            settle(.content)
            let computed = link.flatMap { link in leaf.map { LogChain.next(after: link, sequence: sequence, leaf: $0) }
            }
            note(Finding(computed == nil ? .content : .hash, sequence))
            link = computed
            return
        }
        guard let link else {
            unproven += 1
            self.link = stored
            return
        }
        let hashed = { (previous: ChainHash) in
            leaf.map { LogChain.next(after: previous, sequence: sequence, leaf: $0) }
        }
        if let computed = doubt?.computed, hashed(computed) == stored {
            settle(.hash)
            intact += 1
        } else if hashed(link) == stored {
            settle(.content)
            intact += 1
        } else {
            settle(.content)
            doubt = (sequence, hashed(link))
        }
        self.link = stored
    }

    /// The next entry is known to be lost: nothing is there but the hash that its site recorded and signed.
    package mutating func lost(_ sequence: SequenceNumber, stored: ChainHash?) {
        skip(to: sequence)
        settle(.content)
        expected = sequence.next
        link = stored
        lost += 1
    }

    /// The next entry is there but cannot be read.
    package mutating func unreadable(_ sequence: SequenceNumber) {
        skip(to: sequence)
        settle(.content)
        expected = sequence.next
        link = nil
        note(Finding(.unreadable, sequence))
    }

    /// There are no more. Throws nothing: what should be there and is not is a finding.
    /// - Parameter head: the last entry, where that is known from elsewhere.
    package mutating func finish(head: LogPosition?) {
        if let head, head.sequence >= expected {
            skip(to: head.sequence.next)
        } else if let head, let doubt, doubt.sequence == head.sequence, doubt.computed == head.hash {
            settle(.hash)
        } else {
            settle(.content)
        }
    }

    private mutating func skip(to sequence: SequenceNumber) {
        guard sequence > expected else { return }
        settle(.content)
        note(Finding(.missing, expected, through: SequenceNumber(sequence.value - 1)))
        expected = sequence
        link = nil
    }

    /// Says what the doubt about the entry before was; without better knowledge its content is blamed.
    private mutating func settle(_ damage: Damage) {
        guard let sequence = doubt?.sequence else { return }
        doubt = nil
        note(Finding(damage, sequence))
    }

    private mutating func note(_ finding: Finding) {
        damaged += finding.count
        if let last = findings.last, last.damage == finding.damage, last.last.next == finding.first {
            findings[findings.count - 1].last = finding.last
        } else if findings.count < Self.greatestList {
            findings.append(finding)
        }
    }
}
