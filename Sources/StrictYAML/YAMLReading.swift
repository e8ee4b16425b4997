/// Everything that reading a file gave.
package struct YAMLReading<Value> {
    /// Nil when there are faults.
    package var value: Value?
    package var faults: [YAMLFault] = []
    /// What is allowed and yet weak.
    package var warnings: [YAMLFault] = []
    /// Every key that was asked for, whether it was there or not: `limits[].within` stands for that of every limit.
    package var keys: Set<String> = []
}

extension YAMLReading: Sendable where Value: Sendable {}
