/// The places between two steps where a process may end: each is met, and each is hit, under some seed.
package enum CrashPoint: String, CaseIterable {
    // The site, on its log.
    case logWrite, logWritten, logSynchronized, logCompare, logRead, logAcknowledge
    case logReceipt, logRemember, logRemembered, logBranch, logBranched
    // The site, towards headquarters.
    case siteConnect, siteDisconnect, siteHello, siteData, siteLocate, sitePing
    // Headquarters, on its store.
    case storeOpen, storeHandOver, storeWritten, storeSynchronized, storeCompare, storeBegin, storeBegun
    // The site, on its inbox; headquarters, on the outboxes.
    case inboxStore, inboxWritten, inboxSynchronized, outboxWritten, outboxRenewed, outboxRead
    // Headquarters, towards sites.
    case sendWelcome, sendAcknowledgement, sendPong, sendOther, noteHeard

    /// Whose process it ends.
    package var isOfSite: Bool {
        rawValue.hasPrefix("log") || rawValue.hasPrefix("inbox") || rawValue.hasPrefix("site")
    }
}
