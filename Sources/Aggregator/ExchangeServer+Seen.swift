import Platform
package import Records
package import Replication

/// What is noted of a site over time.
struct SiteWatch: Sendable {
    var drain = DrainWatch()
    var disk = DiskForecast()
}

/// What an operator sees of the links.
extension ExchangeServer {
    /// How one site's link is.
    package struct SiteLink: Sendable {
        package var isConnected: Bool
        /// Something is missing here and nothing of it has arrived for a heartbeat, whatever else was heard.
        package var isFrozen: Bool
        package var lastHeard: Timestamp?
        /// The head that the site claims.
        package var claimed: LogPosition?
        /// What is durable of the same epoch.
        package var durable: LogPosition?
        package var vitals: SiteReceiver.Vitals
        package var diskDaysLeft: Double?
        /// Headquarters' clock minus the site's.
        package var clockOffset: Duration?
    }

    /// Of every site that was heard since the start.
    package var links: [SiteID: SiteLink] {
        let now = SystemClock.moment
        let heartbeat = exchange.greeting.heartbeat
        return Dictionary(
            uniqueKeysWithValues: exchange.receivers.map { site, receiver in
                let watch = watches[site] ?? SiteWatch()
                let link = SiteLink(
                    isConnected: receiver.session != nil && !receiver.isSilent(at: now, heartbeat: heartbeat),
                    isFrozen: watch.drain.isFrozen(at: now.uptime, heartbeat: heartbeat),
                    lastHeard: receiver.lastHeard?.wall, claimed: receiver.claimed, durable: receiver.durableOfClaimed,
                    vitals: receiver.vitals, diskDaysLeft: watch.disk.daysLeft, clockOffset: receiver.clockOffset)
                return (site, link)
            })
    }

    /// Takes note of where a site is, after whatever it sent and whatever was stored of it.
    func watch(_ site: SiteID) {
        guard let receiver = exchange.receivers[site] else { return }
        let now = SystemClock.moment.uptime
        var watch = watches[site] ?? SiteWatch()
        watch.drain.note(claimed: receiver.claimed, durable: receiver.durableOfClaimed, at: now)
        // 0 before the first PING.
        if receiver.vitals.diskFree > 0 { watch.disk.note(free: receiver.vitals.diskFree, at: now) }
        watches[site] = watch
    }
}
