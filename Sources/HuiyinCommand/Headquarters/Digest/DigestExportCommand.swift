import ArgumentParser
import Digests
import Foundation
import Records

/// `huiyin digest export`.
struct DigestExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "A digest as a file: HTML, PDF, XLSX, CSV, JSON or Markdown.",
        discussion: """
            HTML is one file without scripts. CSV is one file for each table, into a folder; or one table, with --table.
            PDF is made by Chromium, or by WeasyPrint or wkhtmltopdf, whichever is installed. Examples:
              huiyin digest export 2026-10 --format html --output 2026-10.html
              huiyin digest export 2026-10 --format pdf --output 2026-10.pdf --language en
              huiyin digest export 2026-10 --format csv --output 2026-10/
              huiyin digest export 2026-10 --format csv --table limits
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case html, json, csv, xlsx, pdf, markdown }

    @Argument(help: "The month, YYYY-MM.")
    var month: String

    @Option(help: "html, json, csv, xlsx, pdf or markdown.")
    var format: Format

    @Option(help: ArgumentHelp("Where to; for CSV a folder. Default: standard output.", valueName: "path"))
    var output: String?

    @Option(help: "Of CSV: only this table; `--table list` names them.")
    var table: String?

    @Option(help: "An earlier revision.")
    var revision: Int?

    @Option(help: "zh-CN or en (default: by the locale).")
    var language: String?

    @Flag(help: "With a page of each site and department, and all figures.")
    var appendix = false

    @OptionGroup var options: AdministratorOptions

    func validate() throws {
        if output == nil, format == .xlsx || format == .pdf {
            throw ValidationError("--format \(format.rawValue) needs --output FILE")
        }
        if output == nil, format == .csv, table == nil {
            throw ValidationError("--format csv needs --output FOLDER, or --table NAME (`--table list` names them)")
        }
        if table != nil, format != .csv { throw ValidationError("--table goes with --format csv") }
    }

    func run() throws {
        guard let language = language.map(Language.init(rawValue:)) ?? DigestCommand.localLanguage else {
            throw ValidationError("--language: zh-CN or en")
        }
        let digest = try options.withLink { try $0.digest(month, revision: revision) }
        switch format {
        case .html: try write(Data(digest.html(language, appendix: appendix).utf8))
        case .json: try write(Data((digest.json + "\n").utf8))
        case .markdown: try write(Data(digest.markdown(language, appendix: appendix).utf8))
        case .xlsx: try write(Data(Workbook.xlsx(digest.tables, language)))
        case .csv: try writeTables(digest.tables, language)
        case .pdf:
            let page = digest.html(language, appendix: appendix)
            try PDFPrinter.found().print(page, to: URL(fileURLWithPath: output ?? ""))
        }
    }

    private func writeTables(_ tables: [DigestTable], _ language: Language) throws {
        if table == "list" { return tables.forEach { Console.line("\($0.name)  \($0.title[language])") } }
        if let table {
            guard let found = tables.first(where: { $0.name == table }) else {
                throw CommandFailure(
                    "there is no table \(table); there are \(tables.map(\.name).joined(separator: ", "))")
            }
            return try write(Data(found.csv(language).utf8))
        }
        let folder = URL(fileURLWithPath: output ?? ".", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for table in tables {
            try Data(table.csv(language).utf8).write(
                to: folder.appendingPathComponent("\(month)-\(table.name).csv"), options: .atomic)
        }
    }

    private func write(_ data: Data) throws {
        guard let output, output != "-" else { return FileHandle.standardOutput.write(data) }
        do {
            try data.write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw CommandFailure("\(output) cannot be written: \(error.localizedDescription)")
        }
    }
}
