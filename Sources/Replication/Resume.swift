/// How headquarters takes a greeting: one total function over the session token, headquarters' own epoch and the position.
///
/// The order of the rows is the precedence: the first that fits decides.
///
/// | # | headquarters | token | position | resumption |
/// |---|---|---|---|---|
/// | 1 | behind | any | any | `headquartersBehind`: it was restored unawares; it begins an epoch of its own, then asks for a new HELLO |
/// | 2 | any | any | first | `goOn`: nothing is held of this site that could be contradicted |
/// | 3 | any | any | branched | `goOn`: the site itself says that its folder is an older one, and began an epoch for it |
/// | 4 | any | any | behind | `rolledBack`: **before** the clone, for a rolled-back folder has an old token, too |
/// | 5 | restored | any | replaced | `replaced` |
/// | 6 | restored | any | level, forked, twin | `goOn`: tokens of before the restore prove nothing; LOCATE settles the histories |
/// | 7 | same | current | level, twin | `goOn` |
/// | 8 | same | current | forked | `rolledBack`: entries were lost after the session began, as by a disk that lies about its syncs |
/// | 9 | same | current, none | replaced | `replaced` |
/// | 10 | same | none | level, forked, twin | `fence`: a copy from before the first session, beside one that had sessions |
/// | 11 | same | stale | level, forked, twin, replaced | `fence`: somebody else went on from that session |
///
/// Everything but `goOn` and `headquartersBehind` is acted upon only after the site repeated a challenge, so that an old HELLO
/// that was long under way changes nothing (`SiteReceiver`).
package enum Resume {
    /// What the token in HELLO says.
    package enum Token: Hashable, Sendable, CaseIterable {
        /// The site has had no session.
        case none
        /// Headquarters confirmed it or offered it: an offer may be lost under way, so that both count.
        case current
        /// Neither: another session came after it.
        case stale
    }

    /// What is known of headquarters itself.
    package enum Headquarters: Hashable, Sendable, CaseIterable {
        case same
        /// It was restored since it last met the site, and knows it: what it remembers of sessions says nothing.
        case restored
        /// The site proves that it was restored unawares: by a receipt of its own beyond what it holds, or a token that it
        /// has yet to give.
        case behind
    }

    /// Where the log's epochs in HELLO stand beside what is stored.
    package enum Position: Hashable, Sendable, CaseIterable {
        /// Nothing is stored of the site.
        case first
        /// The newest epoch goes on from what is stored of it, as far as can be told without its entries.
        case level
        /// More is stored than the site has: further entries of its newest epoch, or an epoch that goes on from its head.
        case behind
        /// The newest epoch ends where the stored one does, with another hash.
        case forked
        /// The newest epoch is not stored yet, and the site says that it began it because its folder was restored or found
        /// rolled back.
        case branched
        /// The site's log goes on otherwise than a child of the same entry that is stored and the site does not know: in its
        /// newest epoch, beyond where the child began, or in a child of its own that is not stored yet.
        case twin
        /// None of the epochs is stored, though others are.
        case replaced
    }

    /// What headquarters does.
    package enum Resumption: Hashable, Sendable, CaseIterable {
        case goOn
        /// Welcomed, and told to begin a new epoch after the last common entry.
        case rolledBack
        /// Welcomed; what the old log had beyond what is stored is lost.
        case replaced
        /// Refused until an administrator says which copy is real. Its records are not lost: it keeps them and goes on.
        case fence
        case headquartersBehind
    }

    package static func decide(_ token: Token, _ headquarters: Headquarters, _ position: Position) -> Resumption {
        switch (headquarters, token, position) {
        case (.behind, _, _): .headquartersBehind
        case (_, _, .first): .goOn
        case (_, _, .branched): .goOn
        case (_, _, .behind): .rolledBack
        case (.restored, _, .replaced): .replaced
        case (.restored, _, .level), (.restored, _, .forked), (.restored, _, .twin): .goOn
        case (.same, .current, .level), (.same, .current, .twin): .goOn
        case (.same, .current, .forked): .rolledBack
        case (.same, .current, .replaced), (.same, .none, .replaced): .replaced
        case (.same, .none, .level), (.same, .none, .forked), (.same, .none, .twin): .fence
        case (.same, .stale, .level), (.same, .stale, .forked), (.same, .stale, .twin), (.same, .stale, .replaced):
            .fence
        }
    }
}
