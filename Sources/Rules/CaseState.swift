package import Records

/// Where a case stands. (domain: settled readings, "Resolved".)
package enum CaseState: Sendable, Hashable {
    /// Being handled; may become resolved, confirmed or closed.
    case open
    /// The branch says that it is resolved; may become confirmed or open again.
    case resolved(at: Timestamp)
    /// The customer, or silence for long enough, says so too; may become open again.
    /// `resolvedAt <= at`.
    case confirmed(at: Timestamp, resolvedAt: Timestamp, bySilence: Bool)
    /// Ended without resolution; may become open again.
    case closed(at: Timestamp, reason: ClosingReason)
}

/// Why a case ended without resolution.
package enum ClosingReason: String, Sendable, Hashable, CaseIterable, Codable {
    /// 撤回
    case withdrawn
    /// 非责任
    case notOurs = "not_ours"
    /// 无法联系
    case unreachable

    /// The word for people.
    package var term: Term {
        switch self {
        case .withdrawn: CaseStep.Kind.closedWithdrawn.term
        case .notOurs: CaseStep.Kind.closedNotOurs.term
        case .unreachable: CaseStep.Kind.closedUnreachable.term
        }
    }
}

/// A stretch of time in which a case was open.
package struct OpenPeriod: Sendable, Hashable {
    package var start: Timestamp
    /// When it was resolved or closed, `start <= end`; nil while it is open.
    package var end: Timestamp?

    /// Its length up to `now`.
    func duration(at now: Timestamp) -> Duration {
        let end = min(end ?? now, now)
        return end > start ? end - start : .zero
    }
}

/// An end that did not hold. (domain: settled readings, "false closing".)
package struct FalseClosing: Sendable, Hashable {
    package var closedAt: Timestamp
    package var reopenedAt: Timestamp
    /// The step or visit that reopened it.
    package var evidence: RecordID
}
