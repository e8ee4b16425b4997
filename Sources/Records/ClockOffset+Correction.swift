extension ClockOffset {
    /// Below this, or below what the measurement is good for, an offset is noise: it would only move stated times about.
    private static let noise: Int64 = 1000

    /// What the site's times are corrected by from here on: headquarters' clock minus the site's.
    package var correction: Duration {
        abs(offsetMs) > max(Self.noise, Int64(uncertaintyMs)) ? .milliseconds(offsetMs) : .zero
    }
}
