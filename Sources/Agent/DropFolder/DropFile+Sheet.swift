import Platform
import Records
import Spreadsheets
import Storage

extension DropFile {
    /// Takes the rows of a spreadsheet. What cannot be read beyond some row is refused from there on.
    func takeSheet(
        _ input: InputFile, _ digest: String, _ order: Intake.Order, _ intake: Intake, _ rejects: RejectsFile
    ) async throws -> IntakeReport {
        var report = IntakeReport(detail: .refused, isDryRun: false)
        var sheet = SheetRows(SheetRows.Options(kind: kind, language: .ofSystem), digest: digest)
        var isEnd = false
        while !isEnd, report.failure == nil {
            let bytes = try input.read(InputFile.block)
            isEnd = bytes.isEmpty
            do {
                try await take(try sheet.feed(bytes), order, intake, sheet.rejects, rejects, &report)
            } catch let error as MappingFaults {
                throw UnreadableFile(description: "\(error)")
            } catch let error as UnreadableRest {
                guard sheet.rejects != nil else { throw UnreadableFile(description: error.reason) }
                let last = error.rows.last?.line ?? 1
                let rest = SheetRows.Row(
                    line: last,
                    content: .refused([
                        FieldFault(
                            field: "", Term("第 \(last) 行之后：\(error.reason)", "after line \(last): \(error.reason)"))
                    ]))
                try await take(error.rows, order, intake, sheet.rejects, rejects, &report)
                report.add([RowResult(line: last, outcome: .refused(rest.faults, .malformed))])
                isEnd = true
            }
        }
        return report
    }

    private func take(
        _ rows: [SheetRows.Row], _ order: Intake.Order, _ intake: Intake, _ writer: RejectsWriter?,
        _ rejects: RejectsFile, _ report: inout IntakeReport
    ) async throws {
        var rest = rows[...]
        while !rest.isEmpty, report.failure == nil {
            let chunk = rest.prefix(RowSplitter.chunkRows)
            rest = rest.dropFirst(chunk.count)
            let context = intake.context(order)
            let read = chunk.map { row -> Intake.ReadRow in
                if case .form(let form) = row.content { return intake.read(form, line: row.line, order, context) }
                return .refused(RowResult(line: row.line, outcome: .refused(row.faults, .faulty)))
            }
            do throws(StorageError) {
                let results = try await intake.save(read, order, at: context.now)
                report.add(results)
                guard let writer else { continue }
                for (row, result) in zip(chunk, results) where !result.faults.isEmpty {
                    if !rejects.hasRows { try rejects.write(writer.start()) }
                    try rejects.write(row.rejected(result.faults, by: writer))
                }
            } catch {
                report.failure = .storage(error)
            }
        }
    }
}
