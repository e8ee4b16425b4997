package import Records

/// What needs a person. Codes are part of the feed: they are added to, never changed.
package enum FlagKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A case rose to a grade that the handbook wants seen.
    case gradeRaised = "grade_raised"
    /// A time limit is near.
    case limitWarning = "limit_warning"
    /// A time limit passed.
    case limitBreached = "limit_breached"
    /// An issue satisfies the hot rule.
    case hotIssue = "hot_issue"
    /// An issue that recurred already was met at a further site.
    case newSite = "new_site"
    /// A category has more at a site than its own past lets expect.
    case aboveBaseline = "above_baseline"
    /// An issue that was fixed came back.
    case regressed
    /// An issue recurs at a fail point whose countermeasure is in force.
    case countermeasureFailed = "countermeasure_failed"
    /// More customers came to a site than it can serve.
    case overload
    /// A case was called resolved and came back soon.
    case falseClosing = "false_closing"
    /// Those to whom a case was given refused it twice or more.
    case passedOn = "passed_on"
    /// An exogenous complaint turned into dissatisfaction with us.
    case driftInward = "drift_inward"
    /// A case rose by two grades or more.
    case driftWorse = "drift_worse"
    /// One customer's problem spread to others or to media.
    case driftSpread = "drift_spread"
    /// A case stayed open until the next level of the ladder has to know.
    case escalated
    /// Nobody has been in touch with a key account for long.
    case keyAccountSilent = "key_account_silent"
    /// A site is heard but writes nothing down.
    case siteSilent = "site_silent"
    /// Nothing is heard from a site.
    case siteUnheard = "site_unheard"
    /// A site trimmed records before headquarters had backed them up.
    case trimmedEarly = "trimmed_early"
    /// Exact keys say that one customer is two, or two are one.
    case identityConflict = "identity_conflict"
    /// Two entries claim one record id with different content.
    case recordConflict = "record_conflict"
    /// A site's data folder was rolled back or restored: what it lacked was found, and its log goes on in a new epoch.
    case siteRolledBack = "site_rolled_back"
    /// A site and headquarters had different histories; the site issued its branch again.
    case historiesDiffer = "histories_differ"
    /// A site came with a new log: its disk was replaced.
    case siteReplaced = "site_replaced"
    /// Two copies of a site write its log; one is refused until a person decides.
    case siteFenced = "site_fenced"
    /// Headquarters was restored; sites sent again what it lacked.
    case headquartersRestored = "headquarters_restored"
    /// Somebody without the authority wants a record corrected or retracted, or a grade lowered.
    case amendmentProposed = "amendment_proposed"
    /// An entry's personal part was removed without an erasure that names it.
    case entryWithheld = "entry_withheld"
    /// Entries of a site's log are damaged and nobody has them any more.
    case entriesLost = "entries_lost"
    /// What a meeting decided is not done and was due.
    case actionOverdue = "action_overdue"
    /// A month is over, and a site has not sealed it.
    case sealMissing = "seal_missing"
    /// A month's digest was closed or revised.
    case digest

    /// The word for people.
    package var term: Term {
        switch self {
        case .gradeRaised: Term("升级", "grade raised")
        case .limitWarning: Term("时限预警", "limit warning")
        case .limitBreached: Term("超时", "limit breached")
        case .hotIssue: Term("热点问题", "hot issue")
        case .newSite: Term("扩散", "further site")
        case .aboveBaseline: Term("高于往常", "above baseline")
        case .regressed: Term("复发", "regressed")
        case .countermeasureFailed: Term("对策失效", "countermeasure failed")
        case .overload: Term("超负荷", "overload")
        case .falseClosing: Term("虚假关闭", "false closing")
        case .passedOn: Term("推诿", "passed on")
        case .driftInward: Term("外生投诉内化", "exogenous complaint turned on us")
        case .driftWorse: Term("轻微问题恶化", "minor problem grown worse")
        case .driftSpread: Term("个别问题泛化", "single problem spreading")
        case .escalated: Term("升级上报", "escalated")
        case .keyAccountSilent: Term("大客户沉默", "key account silent")
        case .siteSilent: Term("站点沉默", "site silent")
        case .siteUnheard: Term("站点失联", "site out of reach")
        case .trimmedEarly: Term("备份前清理", "trimmed early")
        case .identityConflict: Term("身份冲突", "identity conflict")
        case .recordConflict: Term("记录冲突", "record conflict")
        case .siteRolledBack: Term("站点回退", "site rolled back")
        case .historiesDiffer: Term("日志分叉", "histories differ")
        case .siteReplaced: Term("站点换盘", "site's disk replaced")
        case .siteFenced: Term("站点副本", "copy of a site")
        case .headquartersRestored: Term("总部恢复", "headquarters restored")
        case .amendmentProposed: Term("更正建议", "amendment proposed")
        case .entryWithheld: Term("内容缺失", "entry withheld")
        case .entriesLost: Term("记录丢失", "entries lost")
        case .actionOverdue: Term("行动项逾期", "action overdue")
        case .sealMissing: Term("月份未封存", "month not sealed")
        case .digest: Term("月报", "digest")
        }
    }

    /// Whether it passes by itself when its time is over (a limit was kept or missed, a site was heard again). One that
    /// does not pass and no longer stands is *withdrawn*, naming the record that did it.
    package var passes: Bool {
        switch self {
        case .limitWarning, .siteSilent, .siteUnheard, .siteFenced, .amendmentProposed, .entryWithheld,
            .actionOverdue, .sealMissing, .keyAccountSilent:
            true
        case .gradeRaised, .limitBreached, .hotIssue, .newSite, .aboveBaseline, .regressed, .countermeasureFailed,
            .falseClosing, .passedOn, .driftInward, .driftWorse, .driftSpread, .escalated, .overload, .trimmedEarly,
            .identityConflict, .recordConflict,
            .siteRolledBack, .historiesDiffer, .siteReplaced, .headquartersRestored, .entriesLost, .digest:
            false
        }
    }
}
