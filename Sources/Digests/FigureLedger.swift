import Records

/// Gathers figures together with the records behind each of them.
struct FigureLedger {
    let smallSample: Int
    private(set) var values: [FigureName: FigureValue] = [:]
    private(set) var evidence: [FigureName: [RecordID]] = [:]

    init(smallSample: Int) { self.smallSample = smallSample }

    /// The figures in the order of their names.
    var figures: [Figure] {
        values.map { Figure($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    /// How many records there are.
    mutating func count(_ name: FigureName, _ records: [RecordID]) {
        count(name, records.count, from: records)
    }

    /// A count that is not one for each record.
    mutating func count(_ name: FigureName, _ count: Int, from records: [RecordID]) {
        set(name, .count(count), records)
    }

    /// Those of `whole` that are in `part`.
    mutating func share(_ name: FigureName, _ part: [RecordID], of whole: [RecordID]) {
        set(name, .share(part.count, of: whole.count, smallSample: smallSample), whole)
    }

    /// The mean of whole scores.
    mutating func mean(_ name: FigureName, _ scores: [(score: Int, record: RecordID)], scale: ClosedRange<Int>) {
        set(name, .mean(scores.map(\.score), scale: scale), scores.map(\.record))
    }

    /// The mean of scores in hundredths of the scale.
    mutating func mean(
        _ name: FigureName, hundredths scores: [(score: Int, record: RecordID)], scale: ClosedRange<Int>
    ) {
        set(name, .mean(hundredths: scores.map(\.score), scale: scale), scores.map(\.record))
    }

    /// The Kaplan–Meier median.
    mutating func median(_ name: FigureName, _ times: [(time: SurvivalMedian.Observation, record: RecordID)]) {
        let median = SurvivalMedian.milliseconds(times.map(\.time))
        set(name, .median(milliseconds: median, n: times.count), times.map(\.record))
    }

    private mutating func set(_ name: FigureName, _ value: FigureValue, _ records: [RecordID]) {
        precondition(values[name] == nil, "two figures are named \(name)")
        values[name] = value
        if !records.isEmpty { evidence[name] = records.sorted() }
    }
}
