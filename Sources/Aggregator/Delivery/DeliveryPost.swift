import Foundation
import Handbooks
import Platform
import Records

/// Sends one message with the system's own programs: `curl` for webhooks, `sendmail` for mail.
///
/// They bring TLS, proxies and certificates as the machine's administrator set them up, and cost nothing while nothing is sent.
/// Addresses and secrets go through standard input, so that no list of processes shows them.
struct DeliveryPost: Sendable {
    /// Why a message was not taken. Names no address and no secret.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// So long a receiver has for its answer.
    private static let patience = 20

    func send(_ message: DeliveryMessage, to target: DeliveryTarget, handbook: Handbook, at now: Timestamp) async throws
    {
        if target.form == .mail { return try await mail(message, to: target, handbook: handbook) }
        guard let file = target.addressFile else { throw Fault(description: "it has no address") }
        let secret = try target.secretFile.map { try KeyFile.read($0) }
        let request = try DeliveryRequest(
            message, to: target, address: try KeyFile.read(file), secret: secret, handbook: handbook, at: now)
        let answer = try await Self.run(["curl"], Self.arguments, input: Self.configuration(request))
        guard answer.status == 0 else { throw Fault(description: "curl: \(Self.reason(answer))") }
        let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
        let status = lines.last.flatMap { Int($0) } ?? 0
        let body = lines.dropLast().joined(separator: "\n")
        guard DeliveryRequest.isTaken(target.form, status: status, body: body) else {
            throw Fault(description: "the receiver answers \(status): \(body.prefix(200))")
        }
    }

    private static let arguments = [
        "--silent", "--show-error", "--max-time", String(patience), "--max-filesize", "65536", "--proto", "=http,https",
        "--write-out", "\n%{http_code}", "--config", "-",
    ]

    /// curl's configuration: every value quoted.
    static func configuration(_ request: DeliveryRequest) -> String {
        let quoted = { (text: String) in
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
        }
        // data-raw: a body that begins with @ names no file.
        return
            (["url = \(quoted(request.address))", "data-raw = \(quoted(request.body))"]
            + request.headers.map { "header = \(quoted($0))" }).joined(separator: "\n") + "\n"
    }

    private func mail(_ message: DeliveryMessage, to target: DeliveryTarget, handbook: Handbook) async throws {
        let text = Self.letter(message, to: target, handbook: handbook)
        let answer = try await Self.run(
            ["sendmail", "/usr/sbin/sendmail", "/usr/lib/sendmail"], ["-i", "-t"], input: text)
        guard answer.status == 0 else { throw Fault(description: "sendmail: \(Self.reason(answer))") }
    }

    /// The message as RFC 5322 wants it, its text in base64.
    static func letter(_ message: DeliveryMessage, to target: DeliveryTarget, handbook: Handbook) -> String {
        let text = message.text(target.language, handbook: handbook)
        let first = text.split(separator: "\n").first.map { String($0.prefix(60)) } ?? "Huiyin"
        let body = Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        return [
            "To: \(target.receivers.joined(separator: ", "))",
            "Subject: =?utf-8?B?\(Data(first.utf8).base64EncodedString())?=",
            "Message-ID: <\(message.id)@huiyin.invalid>",
            "X-Huiyin-Delivery: \(message.id)", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", body, "",
        ].joined(separator: "\n")
    }

    // MARK: Programs

    private struct Answer: Sendable {
        var status: Int32
        var output: String
        var said: String
    }

    private static func reason(_ answer: Answer) -> String {
        answer.said.isEmpty ? "it ended with \(answer.status)" : String(answer.said.prefix(200))
    }

    /// Runs the first of the programs that is installed, and waits for its end without holding a thread.
    private static func run(_ names: [String], _ arguments: [String], input: String) async throws -> Answer {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map(String.init)
        let places = names.flatMap { name in name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" } }
        guard let program = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw Fault(description: "\(names[0]) is not installed")
        }
        let folder = FileManager.default.temporaryDirectory.path + "/huiyin-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        // A temporary folder: nothing depends on its going.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Files instead of pipes: a program that reads nothing, or says much, blocks nobody.
        for (name, text) in [("in", input), ("out", ""), ("said", "")] {
            guard
                FileManager.default.createFile(
                    atPath: "\(folder)/\(name)", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            else { throw Fault(description: "no temporary file can be made") }
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle(forReadingAtPath: "\(folder)/in")
        process.standardOutput = FileHandle(forWritingAtPath: "\(folder)/out")
        process.standardError = FileHandle(forWritingAtPath: "\(folder)/said")
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: Fault(description: "\(program) cannot be run"))
            }
        }
        // What cannot be read said nothing.
        let text = { (name: String) in (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "" }
        return Answer(
            status: status, output: text("out"), said: text("said").trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
