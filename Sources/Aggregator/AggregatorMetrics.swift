import Platform

/// What headquarters' `/metrics` says. Names are stable: they are added to, never changed.
struct AggregatorMetrics: Sendable {
    let status: HeadquartersStatus
    /// Entries that the views have taken in.
    private var folded: Int { status.views["folded"] ?? 0 }

    init(_ status: HeadquartersStatus) { self.status = status }

    /// In the text format of Prometheus.
    var text: String {
        var text = MetricsText()
        text.add("huiyin_entries", .gauge, "Entries stored durably, of all sites.", status.entries)
        text.add("huiyin_folded_entries", .gauge, "Entries that the views have taken in.", folded)
        text.add("huiyin_feed_head", .gauge, "The feed's last number.", status.feed)
        text.add("huiyin_received_entries_total", .counter, "Entries that came in.", status.entriesReceived)
        text.add("huiyin_received_batches_total", .counter, "Batches that came in.", status.batches)
        text.add("huiyin_misbehaviour_total", .counter, "What sites sent that no honest one does.", status.misbehaviour)
        text.add("huiyin_malformed_messages_total", .counter, "Messages that could not be read.", status.malformed)
        text.add(
            "huiyin_refused_messages_total", .counter, "Messages under keys that are not good any more.",
            status.refusedMessages)
        text.add(
            "huiyin_accept_failures_total", .counter, "Connections that could not be accepted: raise LimitNOFILE.",
            status.acceptFailures)
        text.add("huiyin_disk_free_bytes", .gauge, "Room on headquarters' disk.", status.diskFree)
        text.add("huiyin_open_files_limit", .gauge, "Files that the process may have open.", status.openFiles)
        text.add("huiyin_sites", .gauge, "Registered sites.", status.sites.count)
        sites(&text)
        return text.text
    }

    private func sites(_ text: inout MetricsText) {
        site(&text, "up", "1 while the site is connected, whether or not its drain moves.") { site in
            [SiteStatus.State.connected, .stalled].map(\.rawValue).contains(site.state) ? 1 : 0
        }
        site(&text, "red", "1 while somebody must act: stalled, never seen, revoked.") { site in
            SiteStatus.State(rawValue: site.state)?.isRed == true ? 1 : 0
        }
        site(&text, "stalled", "1 while something is missing and nothing of it has arrived for a heartbeat.") { site in
            site.state == SiteStatus.State.stalled.rawValue ? 1 : 0
        }
        site(&text, "head", "The last sequence number that the site claims.") { $0.head.map { Double($0) } }
        site(&text, "durable", "The last sequence number that is durable here.") { Double($0.durable) }
        site(&text, "lag_records", "Records that the site has and headquarters lacks.") {
            $0.lagRecords.map { Double($0) }
        }
        site(&text, "lag_seconds", "Age of the site's oldest record that is not acknowledged.") {
            $0.lagSeconds.map { Double($0) }
        }
        site(&text, "backed_up", "The last sequence number that is in a backup.") { $0.backedUp.map { Double($0) } }
        site(&text, "queue_bytes", "Bytes of what is not acknowledged, at the site.") {
            $0.queueBytes.map { Double($0) }
        }
        site(&text, "disk_free_bytes", "Room on the site's disk.") { $0.diskFree.map { Double($0) } }
        site(&text, "disk_days_left", "Days until the site's disk is full, by how it shrank.") { $0.diskDaysLeft }
        site(&text, "clock_offset_seconds", "Headquarters' clock minus the site's.") {
            $0.clockOffsetMs.map { Double($0) / 1000 }
        }
        site(&text, "key_age_days", "Days since the site's keys were made.") { $0.keyAgeDays.map { Double($0) } }
        site(&text, "lost_entries", "Entries that were damaged at the site and that nobody has any more.") {
            Double($0.lost ?? 0)
        }
        site(&text, "unreadable_entries", "Entries of the site that were stored whole and could not be read.") {
            Double($0.unreadable)
        }
    }

    private func site(
        _ text: inout MetricsText, _ name: String, _ help: String, _ value: (SiteStatus) -> Double?
    ) {
        let values = status.sites.compactMap { site in value(site).map { (label: site.id, value: $0) } }
        text.add("huiyin_site_\(name)", .gauge, help, label: "site", values)
    }
}
