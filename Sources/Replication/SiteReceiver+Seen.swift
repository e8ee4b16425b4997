package import Records

/// What an operator wants to know of a site's end.
extension SiteReceiver {
    /// What is durable of the epoch whose head the site claims.
    package var durableOfClaimed: LogPosition? { claimed.flatMap { durable[$0.epoch] } }

    /// Headquarters' clock minus the site's, as this session measured it; nil without one.
    package var clockOffset: Duration? {
        if case .open(let open) = state { open.clockOffset } else { nil }
    }
}
