package import Records

/// The month that a digest is of. In JSON: `month` (`2019-07`), `zone` (IANA name), moments in milliseconds since 1970 UTC.
package struct DigestPeriod: Sendable, Equatable {
    package var month: Month
    package var zone: TimeZoneRules
    /// The moment at which states and time limits are judged.
    package var asOf: Timestamp
    package var workingDays: Int?

    init(month: Month, zone: TimeZoneRules, asOf: Timestamp, workingDays: Int?) {
        self.month = month
        self.zone = zone
        self.asOf = asOf
        self.workingDays = workingDays
    }

    /// From its first moment (included) to the next month's (excluded).
    package var range: Range<Timestamp> { month.range(in: zone) }
}

extension DigestPeriod: Codable {
    private enum Key: String, CodingKey { case month, zone, from, until, asOf, workingDays }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        guard let month = Month(try fields.decode(String.self, forKey: .month)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .month, in: fields, debugDescription: "not of the form YYYY-MM")
        }
        guard let zone = TimeZoneRules(try fields.decode(String.self, forKey: .zone)) else {
            throw DecodingError.dataCorruptedError(forKey: .zone, in: fields, debugDescription: "not a time zone")
        }
        self.init(
            month: month, zone: zone, asOf: try fields.decode(Timestamp.self, forKey: .asOf),
            workingDays: try fields.decodeIfPresent(Int.self, forKey: .workingDays))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(month.description, forKey: .month)
        try fields.encode(zone.name, forKey: .zone)
        try fields.encode(range.lowerBound, forKey: .from)
        try fields.encode(range.upperBound, forKey: .until)
        try fields.encode(asOf, forKey: .asOf)
        try fields.encodeIfPresent(workingDays, forKey: .workingDays)
    }
}
