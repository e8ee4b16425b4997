import Records

/// How far the feed was looked through during quiet hours, for something critical that breaks them.
struct QuietWatch: Sendable {
    /// The feed's epoch that the numbers are of.
    private var epoch = ""
    /// Everything up to here was looked at.
    private var looked: UInt64 = 0
    /// The latest critical entry; 0 when there was none.
    private var critical: UInt64 = 0

    /// Whether something critical waits beyond `after`, however much stands before it. What was looked at is not looked at again.
    /// - Parameters:
    ///   - page: the next entries after a number, in their order; none at the feed's end.
    ///   - isCritical: whether the target wants an entry, and it is critical.
    mutating func isBroken(
        epoch: String, after: UInt64, _ page: (UInt64) throws -> [FeedEntry],
        isCritical: (FeedEntry) throws -> Bool
    ) rethrows -> Bool {
        if epoch != self.epoch { (self.epoch, looked, critical) = (epoch, 0, 0) }
        looked = max(looked, after)
        while case let entries = try page(looked), let last = entries.last {
            if let found = try entries.last(where: isCritical) { critical = found.sequence }
            looked = last.sequence
        }
        return critical > after
    }
}
