import Foundation

/// Prints an HTML page as PDF with a program of the machine: a browser's engine keeps up with what pages need, and a writer of our
/// own would not.
struct PDFPrinter {
    private let program: String
    private let arguments: (_ page: String, _ file: String) -> [String]

    /// The first of the known programs that is installed.
    static func found() throws -> PDFPrinter {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for (name, arguments) in known {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return PDFPrinter(program: "\(folder)/\(name)", arguments: arguments)
            }
        }
        throw CommandFailure(
            Console.say(
                "没有可用的打印程序：请安装 chromium（Debian：apt install chromium），或改用 --format html 后在浏览器中打印",
                "no program here makes a PDF: install chromium (Debian: apt install chromium), or use --format html and print it "
                    + "in a browser"))
    }

    private static var known: [(String, (String, String) -> [String])] {
        ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].map { ($0, chromium) } + [
            ("weasyprint", { page, file in [page, file] }),
            ("wkhtmltopdf", { page, file in ["--quiet", "--print-media-type", page, file] }),
        ]
    }

    private static func chromium(_ page: String, _ file: String) -> [String] {
        // The page runs nothing and loads nothing; as root, Chromium starts only without its sandbox.
        let root = geteuid() == 0 ? ["--no-sandbox"] : []
        return root + [
            "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run", "--no-pdf-header-footer",
            "--user-data-dir=\(page).profile", "--print-to-pdf=\(file)", "file://\(page)",
        ]
    }

    /// Throws when the program fails; what it said is in the error.
    func print(_ html: String, to file: URL) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("huiyin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }  // a temporary folder; nothing depends on its going
        let page = folder.appendingPathComponent("digest.html")
        let made = folder.appendingPathComponent("digest.pdf")
        let said = folder.appendingPathComponent("said.txt")
        try Data(html.utf8).write(to: page)
        try Data().write(to: said)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments(page.path, made.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: said)
        try process.run()
        process.waitUntilExit()
        // A file that cannot be read is none.
        guard process.terminationStatus == 0, let pdf = try? Data(contentsOf: made), !pdf.isEmpty else {
            // What it said only explains; unreadable, the status is enough.
            let reason = (try? String(contentsOf: said, encoding: .utf8)) ?? ""
            throw CommandFailure("\(program) made no PDF (status \(process.terminationStatus)): \(reason.suffix(400))")
        }
        try pdf.write(to: file, options: .atomic)
    }
}
