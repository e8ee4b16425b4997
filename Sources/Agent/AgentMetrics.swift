import Platform
import Records
import Replication
import Storage

/// What the agent's `/metrics` says. Names are stable: they are added to, never changed.
struct AgentMetrics: Sendable {
    var head: UInt64
    var acknowledged: UInt64
    var lagRecords: Int
    var lagBytes: Int
    /// Age of the oldest record that is not acknowledged; nil when there is none.
    var oldestSeconds: Double?
    var isLive: Bool
    var isStalled: Bool
    var clockOffset: Duration?
    var diskFree: UInt64
    var diskReserve: UInt64

    /// In the text format of Prometheus.
    var text: String {
        var text = MetricsText()
        text.add("huiyin_agent_head", .gauge, "The last sequence number of the log.", head)
        text.add(
            "huiyin_agent_acknowledged", .gauge, "The last sequence number that headquarters has durably.", acknowledged
        )
        text.add("huiyin_agent_lag_records", .gauge, "Records that headquarters lacks.", lagRecords)
        text.add("huiyin_agent_lag_bytes", .gauge, "Bytes of the records that headquarters lacks.", lagBytes)
        text.add(
            "huiyin_agent_lag_seconds", .gauge, "Age of the oldest record that headquarters lacks; 0 for none.",
            oldestSeconds ?? 0)
        text.add("huiyin_agent_link_up", .gauge, "1 while headquarters answers.", isLive ? 1 : 0)
        text.add(
            "huiyin_agent_stalled", .gauge, "1 while headquarters answers and takes nothing of what it lacks.",
            isStalled ? 1 : 0)
        text.add(
            "huiyin_agent_clock_offset_seconds", .gauge, "Headquarters' clock minus this one's.",
            clockOffset.map { Double($0.wholeMilliseconds) / 1000 })
        text.add("huiyin_agent_disk_free_bytes", .gauge, "Room on the disk.", diskFree)
        text.add("huiyin_agent_disk_reserve_bytes", .gauge, "When less is free, no new record is taken.", diskReserve)
        return text.text
    }
}
