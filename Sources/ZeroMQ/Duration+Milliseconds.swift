extension Duration {
    /// Whole milliseconds, rounded up so that nothing fires early, held between 0 and what a C `int` takes.
    var wholeMilliseconds: CInt {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        guard seconds < Int64(CInt.max) / 1000 else { return CInt.max }
        let perMillisecond: Int64 = 1_000_000_000_000_000
        return CInt(seconds * 1000 + (attoseconds + perMillisecond - 1) / perMillisecond)
    }
}
