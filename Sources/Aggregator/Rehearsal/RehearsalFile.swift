import Foundation
package import Handbooks
package import Records
package import struct Records.Record
import SwiftProtobuf

/// Records for a rehearsal, from lines of JSON in the form of `POST /v1/records`.
///
/// Beside the fields of the form, a line may say where and by whom it is written down: `site`, `author`, `role` (clerk, manager or
/// headquarters) and `recorded_at`. A record of another site is named `SITE/ID`.
package struct RehearsalFile: Sendable {
    /// The site of a line that names none.
    package static let site = "A1"
    /// Greatest number of bytes of a file.
    package static let fileLimit = 1 << 28
    /// Greatest number of faults that are told one by one.
    private static let faultLimit = 100

    /// In the order of the file.
    package private(set) var records: [Record] = []
    /// What the file calls each record: its id, or the number of its line.
    package private(set) var names: [RecordID: String] = [:]

    private var lastSequence: [SiteID: UInt64] = [:]
    private let handbook: Handbook
    private let zones: [SiteID: TimeZoneRules]
    private let now: Timestamp
    /// The same key for every rehearsal: pseudonyms of it mean nothing elsewhere.
    private let pseudonyms = CustomerPseudonyms(key: [UInt8](repeating: 0, count: 32))

    /// Reads a file.
    /// - Parameters:
    ///   - zones: of sites that do not go by the handbook's zone.
    ///   - now: when a line occurred that does not say so.
    /// - Throws: what is wrong, of every line at once.
    package init(
        _ text: String, handbook: Handbook, zones: [SiteID: TimeZoneRules] = [:], at now: Timestamp
    ) throws(RequestFailure) {
        self.handbook = handbook
        self.zones = zones
        self.now = now
        var faults: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            do throws(FormFaults) {
                try take(FormFaults.object(json: Data(line.utf8)), line: index + 1)
            } catch {
                faults.append("\(index + 1): \(error)")
            }
        }
        guard faults.isEmpty else {
            let more = faults.count - Self.faultLimit
            throw RequestFailure(
                (faults.prefix(Self.faultLimit) + (more > 0 ? ["… and \(more) more"] : [])).joined(separator: "\n"))
        }
    }

    private mutating func take(_ object: FormObject, line: Int) throws(FormFaults) {
        var form = object
        let site = try Self.site(form.removeValue(forKey: "site")?.stringValue ?? Self.site)
        let zone = zones[site] ?? handbook.zone
        let author = form.removeValue(forKey: "author")?.stringValue ?? "clerk"
        let role = try Self.role(form.removeValue(forKey: "role")?.stringValue)
        let recorded = try form.removeValue(forKey: "recorded_at").map { value throws(FormFaults) in
            try Self.time(value.stringValue, "recorded_at", zone)
        }
        if form["occurred_at"] == nil { form["occurred_at"] = .init(stringValue: (recorded ?? now).text(in: zone)) }
        for field in ["case", "record"] {
            if let name = form[field]?.stringValue, let id = Self.foreignID(name) {
                form[field] = .init(stringValue: id.description)
            }
        }
        // What lies after the moment of the rehearsal is left out later, and not refused here.
        var policy = handbook.formPolicy
        policy.greatestLead = .seconds(1_000_000_000_000)
        let read = try RecordForm(
            form,
            context: FormContext(
                site: site, zone: zone, now: now, author: author, role: role, pseudonyms: pseudonyms, policy: policy))
        try append(read, site: site, recorded: recorded, line: line)
    }

    private mutating func append(
        _ read: RecordForm, site: SiteID, recorded: Timestamp?, line: Int
    ) throws(FormFaults) {
        let sequence = lastSequence[site, default: 0] + 1
        lastSequence[site] = sequence
        let id = RecordID(site: site, clientID: read.clientID ?? "line \(line)")
        // At headquarters one of the two stands, whichever is earlier; in a file it is a slip.
        guard names[id] == nil else { throw Self.fault("id", Term("同一站点内重复", "is given twice for this site")) }
        var facts = read.facts
        facts.recordID = id.data
        let recorded = recorded ?? Timestamp(milliseconds: facts.occurredAt)
        facts.recordedAt = recorded.milliseconds
        facts.clock = HybridTime(time: recorded, counter: UInt16(truncatingIfNeeded: sequence)).value
        var entry = Entry()
        do {
            entry.facts = try facts.serializedData()
            entry.personal = try read.personal.serializedData()
            records.append(
                try Record(entry, site: site, epoch: Self.epoch, sequence: SequenceNumber(sequence)))
        } catch {
            throw Self.fault("", Term("不能成为一条记录：\(error)", "cannot become a record: \(error)"))
        }
        names[id] = read.clientID ?? "line \(line)"
    }

    /// All of a site's records are of one life of its log.
    private static let epoch: Epoch = {
        guard let epoch = Epoch(bytes: [UInt8](repeating: 0, count: 16)) else {
            preconditionFailure("an epoch has 16 bytes")
        }
        return epoch
    }()

    private static func foreignID(_ name: String) -> RecordID? {
        let parts = name.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let site = try? SiteID(String(parts[0])) else { return nil }  // an id of the file's own
        return RecordID(site: site, clientID: String(parts[1]))
    }

    private static func site(_ text: String) throws(FormFaults) -> SiteID {
        do { return try SiteID(text) } catch { throw fault("site", Term("不是站点编号", "is not a site id")) }
    }

    private static func role(_ text: String?) throws(FormFaults) -> Facts.Role {
        switch text {
        case nil, "clerk": return .clerk
        case "manager": return .manager
        case "headquarters": return .headquarters
        default:
            throw fault(
                "role", Term("只能是 clerk、manager 或 headquarters", "must be clerk, manager or headquarters"))
        }
    }

    private static func time(_ text: String, _ field: String, _ zone: TimeZoneRules) throws(FormFaults) -> Timestamp {
        if let time = Timestamp(text, in: zone) { return time }
        throw fault(
            field, Term("须为时间，例如 2019-07-01 08:05", "must be a time such as 2019-07-01 08:05"))
    }

    private static func fault(_ field: String, _ reason: Term) -> FormFaults {
        FormFaults([FieldFault(field: field, reason: reason.english, chinese: reason.chinese)])
    }
}
