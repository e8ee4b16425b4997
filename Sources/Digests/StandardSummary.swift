package import Records

/// A service standard 服务标准 of the handbook, to be measured by one of the digest's figures.
package struct StandardTarget: Sendable {
    package var code: String
    package var term: Term
    /// What is measured, in words.
    package var metric: Term
    /// The figure that measures it; nil when no figure of the digest does.
    package var figure: FigureName?
    /// The target is in this many units of the figure's: 100 for a percentage of a share.
    package var scale: Double
    /// Met from the target upwards; otherwise downwards.
    package var isAtLeast: Bool
    package var target: Double
    /// The department that answers for it.
    package var owner: Term?
    /// Where it is written down.
    package var document: Term?

    package init(
        code: String, term: Term, metric: Term, figure: FigureName?, scale: Double, isAtLeast: Bool, target: Double,
        owner: Term? = nil, document: Term? = nil
    ) {
        self.code = code
        self.term = term
        self.metric = metric
        self.figure = figure
        self.scale = scale
        self.isAtLeast = isAtLeast
        self.target = target
        self.owner = owner
        self.document = document
    }
}

/// How the month stands to a standard.
package struct StandardSummary: Sendable, Codable, Equatable {
    package var code: String
    package var term: Term
    package var metric: Term
    /// The figure that measures it.
    package var figure: FigureName?
    package var isAtLeast: Bool
    package var target: Double
    /// In the target's unit.
    package var value: Double?
    package var state: State
    package var owner: Term?
    package var document: Term?

    /// Whether it is met.
    package enum State: String, Sendable, Codable, CaseIterable {
        case met, missed
        /// Too few observations to say.
        case tooFew = "too_few"
        /// Enough observations, but the median is not reached yet.
        case cannotTell = "cannot_tell"
        /// No figure measures it yet.
        case notMeasured = "not_measured"

        /// What people call it.
        package var term: Term {
            switch self {
            case .met: Term("达标", "met")
            case .missed: Term("未达标", "missed")
            case .tooFew: Term("样本太少", "too few to say")
            case .cannotTell: Term("尚不能判断", "cannot tell yet")
            case .notMeasured: Term("未测量", "not measured")
            }
        }
    }

    init(_ standard: StandardTarget, values: [FigureName: FigureValue], smallSample: Int) {
        (code, term, metric, figure) = (standard.code, standard.term, standard.metric, standard.figure)
        (isAtLeast, target, owner, document) = (standard.isAtLeast, standard.target, standard.owner, standard.document)
        guard let measured = standard.figure.flatMap({ values[$0] }) else {
            state = .notMeasured
            return
        }
        guard measured.observations >= max(smallSample, 1) else {
            state = .tooFew
            return
        }
        guard let raw = measured.number else {
            if case .median = measured { state = .cannotTell } else { state = .tooFew }
            return
        }
        let value = Interval.rounded(raw * standard.scale)
        self.value = value
        state = (isAtLeast ? value >= target : value <= target) ? .met : .missed
    }
}

extension FigureValue {
    /// As one number; nil when there is none.
    var number: Double? {
        switch self {
        case .count(let count): Double(count)
        case .share(let part, let whole, _): whole == 0 ? nil : Double(part) / Double(whole)
        case .mean(let mean, _, _): mean
        case .median(let milliseconds, _): milliseconds.map(Double.init)
        }
    }
}
