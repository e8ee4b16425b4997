import Foundation
package import Records
package import Storage
import SwiftProtobuf

/// Takes records in: reads forms against the handbook, saves the good ones and says of every row what became of it.
///
/// "Saved" is said only of what is on the disk. Reading runs on the caller's thread; saving shares one fsync among callers.
package final class Intake: Sendable {
    /// How rows are to be taken, and for whom.
    package struct Order: Sendable {
        /// The user who authenticated.
        package var author: String
        package var role: Facts.Role
        /// What a row is that does not say so itself.
        package var kind: RecordKind?
        package var source: FormSource
        /// Read and compare only.
        package var isDryRun: Bool

        package init(
            author: String, role: Facts.Role = .clerk, kind: RecordKind? = nil, source: FormSource = .json,
            isDryRun: Bool = false
        ) {
            self.author = author
            self.role = role
            self.kind = kind
            self.source = source
            self.isDryRun = isDryRun
        }
    }

    package let log: SiteLog
    package let zone: TimeZoneRules
    private let currentPolicy: @Sendable () -> FormPolicy
    private let advice: @Sendable (Complaint) -> IntakeAdvice?
    private let pseudonyms: CustomerPseudonyms
    private let clock: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - policy: asked for each body that comes in.
    ///   - advice: what the handbook says of a complaint; asked for the rows of small bodies.
    ///   - clock: the wall clock.
    package init(
        log: SiteLog, zone: TimeZoneRules, policy: @autoclosure @escaping @Sendable () -> FormPolicy,
        pseudonyms: CustomerPseudonyms, advice: @escaping @Sendable (Complaint) -> IntakeAdvice? = { _ in nil },
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.zone = zone
        currentPolicy = policy
        self.pseudonyms = pseudonyms
        self.advice = advice
        self.clock = clock
    }

    package var now: Timestamp { clock() }

    /// What the handbook in force says.
    package var policy: FormPolicy { currentPolicy() }

    /// Takes forms that are already objects, all in one transaction.
    package func take(_ rows: [(line: Int, form: FormObject)], _ order: Order) async throws(StorageError) -> [RowResult]
    {
        let context = context(order)
        return try await save(
            rows.map { row in read(row.form, line: row.line, order, context) }, order, at: context.now)
    }

    /// A row after reading.
    enum ReadRow: Sendable {
        case draft(SiteLog.Draft, line: Int)
        case refused(RowResult)
    }

    func context(_ order: Order) -> FormContext {
        FormContext(
            site: log.site, zone: zone, now: clock(), author: order.author, role: order.role,
            pseudonyms: pseudonyms, policy: policy)
    }

    /// Reads the rows of a chunk; costs processor time and nothing else.
    func read(_ chunk: RowChunk, _ order: Order, _ context: FormContext) -> [ReadRow] {
        chunk.rows.map { read($0, of: chunk, order, context) }
    }

    /// - Parameter defaultID: what the record is called when it does not say so itself.
    func read(
        _ row: IntakeRow, of chunk: RowChunk, _ order: Order, _ context: FormContext, defaultID: String? = nil
    ) -> ReadRow {
        switch row.content {
        case .tooLong:
            let limit = "\(RowSplitter.rowLimit >> 20) MiB"
            return .refused(
                row.line, Term("超过 \(limit)，一条记录没有这么大", "has more than \(limit); a record is smaller"), .tooLarge)
        case .broken(let reason): return .refused(row.line, reason, .malformed)
        case .bytes(let range):
            do throws(FormFaults) {
                var form = try FormFaults.object(json: Data(chunk.bytes[range]))
                if let defaultID, form["id"] == nil { form["id"] = .init(stringValue: defaultID) }
                return read(form, line: row.line, order, context)
            } catch {
                return .refused(RowResult(line: row.line, outcome: .refused(error.faults, .malformed)))
            }
        }
    }

    func read(_ form: FormObject, line: Int, _ order: Order, _ context: FormContext) -> ReadRow {
        do throws(FormFaults) {
            let form = try RecordForm(form, kind: order.kind, source: order.source, context: context)
            let id = form.clientID.map { RecordID(site: log.site, clientID: $0) }
            return .draft(SiteLog.Draft(facts: form.facts, personal: form.personal, id: id), line: line)
        } catch {
            return .refused(RowResult(line: line, outcome: .refused(error.faults, .faulty)))
        }
    }

    /// Saves what was read; returns when it is on the disk.
    func save(_ rows: [ReadRow], _ order: Order, at now: Timestamp) async throws(StorageError) -> [RowResult] {
        let drafts = rows.drafts
        if order.isDryRun { return advised(try compare(rows), rows) }
        let outcomes = drafts.isEmpty ? [] : try await log.append(drafts, at: now)
        return advised(rows.results(outcomes), rows)
    }

    /// The results of a small body with what the handbook says of each complaint.
    private func advised(_ results: [RowResult], _ rows: [ReadRow]) -> [RowResult] {
        guard rows.count <= IntakeAdvice.rowLimit else { return results }
        return zip(results, rows).map { result, row in
            var result = result
            if case .draft(let draft, _) = row, case .complaint(let complaint) = draft.facts.body, result.faults.isEmpty
            {
                result.advice = advice(complaint)
            }
            return result
        }
    }

    /// The same without waiting; `answer` is called on the log's queue.
    func save(
        _ rows: [ReadRow], at now: Timestamp, answer: @escaping @Sendable (Result<[RowResult], StorageError>) -> Void
    ) {
        let drafts = rows.drafts
        guard !drafts.isEmpty else { return answer(.success(rows.results([]))) }
        log.append(drafts, at: now) { result in answer(result.map { rows.results($0) }) }
    }

    /// What saving would say.
    private func compare(_ rows: [ReadRow]) throws(StorageError) -> [RowResult] {
        do {
            return try rows.map { row in
                switch row {
                case .refused(let result): return result
                case .draft(let draft, let line):
                    guard let id = draft.id, let found = try log.record(id) else {
                        return RowResult(line: line, outcome: .valid)
                    }
                    let isSame = found.facts.contentDigest == draft.facts.contentDigest
                    return RowResult(line: line, outcome: isSame ? .known(id) : .conflict(id))
                }
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw .damaged(path: log.folder.path, reason: "the log cannot be read: \(error)")
        }
    }
}

extension Intake.ReadRow {
    fileprivate static func refused(_ line: Int, _ reason: Term, _ kind: RowResult.RefusedAs) -> Self {
        .refused(RowResult(line: line, outcome: .refused([FieldFault(field: "", reason)], kind)))
    }
}

extension [Intake.ReadRow] {
    fileprivate var drafts: [SiteLog.Draft] {
        compactMap { row in if case .draft(let draft, _) = row { draft } else { nil } }
    }

    /// The rows' results in their order, from the log's outcomes for the drafts among them.
    fileprivate func results(_ outcomes: [SiteLog.Outcome]) -> [RowResult] {
        var rest = outcomes[...]
        return map { row in
            switch row {
            case .refused(let result): result
            case .draft(_, let line): RowResult(line: line, rest.removeFirst())
            }
        }
    }
}
