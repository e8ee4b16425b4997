package import Records

extension LogInspection {
    /// Which entries of one log are damaged: their content, their hash, or all of them.
    package func damage(of log: Log) throws -> [EntryRange] {
        try verify(log, keys: []).findings.map { EntryRange(epoch: log.epoch, first: $0.first, last: $0.last) }
    }
}
