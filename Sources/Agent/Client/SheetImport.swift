import Foundation
import Records
package import Spreadsheets
import Storage
import SwiftProtobuf

/// Hands the rows of a spreadsheet to a running agent, and keeps those that were refused.
///
/// Safe to repeat: a row without an id is known by the file's hash and its place, so that the same file doubles nothing.
package struct SheetImport {
    /// Rows sent at a time.
    private static let rowsPerRequest = 1000

    /// How far it is, for a progress bar.
    package struct Progress: Sendable {
        package var bytes = 0
        package var totalBytes = 0
        package var rows = 0
    }

    /// What became of the rows.
    package struct Summary: Sendable {
        package var saved = 0
        package var known = 0
        package var valid = 0
        package var refused = 0
        package var encoding: TextEncoding?
        package var ignoredColumns: [String] = []
        /// Where the refused rows are; nil when there are none.
        package var rejects: String?
        /// Why the file could not be read to its end.
        package var trouble: String?

        package var rows: Int { saved + known + valid + refused }
    }

    private let client: AgentClient
    private let path: String
    private let options: SheetRows.Options
    private let rejectsPath: String
    private let isDryRun: Bool

    package init(
        _ path: String, options: SheetRows.Options, rejects: String? = nil, isDryRun: Bool = false, client: AgentClient
    ) {
        self.path = path
        self.options = options
        rejectsPath = rejects ?? path + ".rejects.csv"
        self.isDryRun = isDryRun
        self.client = client
    }

    /// Runs the import.
    /// - Throws: what stops it: the file, its columns, the agent. What the agent saved until then is saved.
    package func run(progress: (Progress) -> Void = { _ in }) async throws -> Summary {
        let input = try InputFile(path)
        let digest = try input.digest()
        let rejects = RejectsFile(rejectsPath)
        do {
            let summary = try await client.withConnection { connection in
                var run = ImportRun(path: target, rejects: rejects, connection: connection)
                try await run.take(input, SheetRows(options, digest: digest), size: input.size, progress)
                return run.summary
            }
            // A dry run leaves no file behind that would look as if something had been taken.
            if isDryRun { rejects.abandon() } else { try rejects.finish() }
            var finished = summary
            if rejects.hasRows, !isDryRun { finished.rejects = rejectsPath }
            return finished
        } catch {
            rejects.abandon()
            throw error
        }
    }

    private var target: String {
        "/v1/records?values=text&results=refused" + (isDryRun ? "&dry_run=true" : "")
    }

    /// One import under way.
    private struct ImportRun {
        let path: String
        let rejects: RejectsFile
        var connection: AgentConnection
        var summary = Summary()

        mutating func take(
            _ input: InputFile, _ sheet: consuming SheetRows, size: Int, _ progress: (Progress) -> Void
        ) async throws {
            var state = Progress(totalBytes: size)
            var isEnd = false
            while !isEnd {
                let bytes = try input.read(InputFile.block)
                isEnd = bytes.isEmpty
                do {
                    try await send(try sheet.feed(bytes), sheet.rejects)
                } catch let error as UnreadableRest {
                    guard sheet.rejects != nil else { throw AgentClient.Failure(description: error.reason) }
                    try await send(error.rows, sheet.rejects)
                    summary.trouble = error.reason
                    isEnd = true
                }
                state.bytes += bytes.count
                state.rows = summary.rows
                progress(state)
            }
            summary.encoding = sheet.encoding
            summary.ignoredColumns = sheet.ignoredColumns ?? []
        }

        private mutating func send(_ rows: [SheetRows.Row], _ writer: RejectsWriter?) async throws {
            var rest = rows[...]
            while !rest.isEmpty {
                let part = rest.prefix(rowsPerRequest)
                rest = rest.dropFirst(part.count)
                try await send(part: part, writer)
            }
        }

        private mutating func send(part: ArraySlice<SheetRows.Row>, _ writer: RejectsWriter?) async throws {
            var body = Data()
            var sent: [SheetRows.Row] = []
            for row in part {
                guard case .form(let form) = row.content else {
                    try refuse(row, row.faults, writer)
                    continue
                }
                body.append(try Google_Protobuf_Struct(fields: form).jsonUTF8Data())
                body.append(0x0A)
                sent.append(row)
            }
            guard !sent.isEmpty else { return }
            let answer = try await connection.ask("POST", path, body: body, type: "application/x-ndjson")
            let report: ImportAnswer
            do {
                report = try JSONDecoder().decode(ImportAnswer.self, from: answer.body)
            } catch {
                throw AgentClient.Failure(description: answer.message ?? "the agent answers \(answer.status)")
            }
            summary.saved += report.saved
            summary.known += report.known
            summary.valid += report.valid ?? 0
            for result in report.results where sent.indices.contains(result.line - 1) {
                let faults = (result.faults ?? []).map {
                    FieldFault(field: $0.field, reason: $0.reason, chinese: $0.chinese ?? $0.reason)
                }
                try refuse(sent[result.line - 1], faults, writer)
            }
            if let message = answer.message { throw AgentClient.Failure(description: message) }
        }

        private mutating func refuse(_ row: SheetRows.Row, _ faults: [FieldFault], _ writer: RejectsWriter?) throws {
            summary.refused += 1
            guard let writer else { return }
            if !rejects.hasRows { try rejects.write(writer.start()) }
            try rejects.write(row.rejected(faults, by: writer))
        }
    }
}

/// The part of the agent's answer that an import needs.
private struct ImportAnswer: Decodable {
    struct Row: Decodable {
        var line: Int
        var faults: [Fault]?
    }

    struct Fault: Decodable {
        var field: String
        var reason: String
        /// Absent from older agents.
        var chinese: String?

        enum CodingKeys: String, CodingKey {
            case field, reason
            case chinese = "reason_zh"
        }
    }

    var saved: Int
    var known: Int
    var valid: Int?
    var results: [Row]
}
