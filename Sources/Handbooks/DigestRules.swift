/// The numbers that shape a month's digest, 月报.
package struct DigestRules: Hashable, Sendable {
    /// What is written down longer than this after it occurred is listed as backdated, 补记.
    package var backdatedAfter: Duration
    /// Below so many observations a share is shown as a fraction, never as a percentage.
    package var smallSample: Int
    /// A site with no more than this part of the median site's complaints *and* of its visits may be under-reporting.
    package var underReportingPercent: Int

    /// A month closes by itself so long after its end, or as soon as every site has sealed it; nil: by hand only.
    package var closesAfter: Duration?
    /// A site that has not sealed a month so long after its end is reminded; nil: never.
    package var remindsAfter: Duration?

    package init(
        backdatedAfter: Duration, smallSample: Int, underReportingPercent: Int, closesAfter: Duration? = nil,
        remindsAfter: Duration? = nil
    ) {
        self.closesAfter = closesAfter
        self.remindsAfter = remindsAfter
        self.backdatedAfter = backdatedAfter
        self.smallSample = smallSample
        self.underReportingPercent = underReportingPercent
    }
}
