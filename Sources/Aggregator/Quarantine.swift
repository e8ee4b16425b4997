import Records
import Storage

extension Exchange.Quarantine {
    /// More ranges of one epoch are counted and not named.
    private static let greatestList = 100

    /// What of an epoch is stored whole and cannot be read.
    init(_ epoch: Epoch, _ unreadable: [Views.UnreadableRange]) {
        self.init()
        self.epoch = epoch.data
        count = unreadable.reduce(0) { $0 + $1.last.value - $1.first.value + 1 }
        ranges = unreadable.prefix(Self.greatestList).map { unreadable in
            var range = Range()
            range.first = unreadable.first.value
            range.last = unreadable.last.value
            range.reason = String(unreadable.reason.prefix(200))
            return range
        }
    }
}
