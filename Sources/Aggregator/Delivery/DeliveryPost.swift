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

    /// So long a receiver has for its answer, in seconds.
    private static let patience = 20

    func send(_ message: DeliveryMessage, to target: DeliveryTarget, handbook: Handbook, at now: Timestamp) async throws
    {
        if target.form == .mail { return try await mail(message, to: target, handbook: handbook) }
        guard let file = target.addressFile else { throw Fault(description: "it has no address") }
        let secret = try target.secretFile.map { try KeyFile.read($0) }
        let request = try DeliveryRequest(
            message, to: target, address: try KeyFile.read(file), secret: secret, handbook: handbook, at: now)
        let answer = try await Self.run(
            ["curl"], Self.arguments(target.form), files: ["body": request.body],
            input: { Self.configuration(request, body: $0 + "/body") })
        guard answer.status == 0 else { throw Fault(description: "curl: \(Self.reason(answer))") }
        let (status, body) = Self.answer(answer.output)
        guard DeliveryRequest.isTaken(target.form, status: status, body: body) else {
            throw Self.refusal(target.form, status: status, body: body)
        }
    }

    /// Says the robot's code; the answer's words stay out, as they may quote the address or the message.
    static func refusal(_ form: DeliveryTarget.Form, status: Int, body: String) -> Fault {
        let code = DeliveryRequest.answerCode(form, body).map { " with code \($0)" } ?? ""
        return Fault(description: "the receiver answers \(status)\(code)")
    }

    /// A body that says something is read up to a bound; any other is not read, whatever its length.
    static func arguments(_ form: DeliveryTarget.Form) -> [String] {
        [
            "--silent", "--show-error", "--max-time", String(patience), "--proto", "=http,https", "--write-out",
            "\n%{http_code}", "--config", "-",
        ] + (form.answersWithCode ? ["--max-filesize", "65536"] : ["--output", "/dev/null"])
    }

    /// curl's output parted into status and body, in whatever encoding: 0 when there is no status.
    static func answer(_ output: Data) -> (status: Int, body: String) {
        let end = output.lastIndex(of: 0x0A)
        let status = String(decoding: output[(end.map { $0 + 1 } ?? output.startIndex)...], as: UTF8.self)
        return (Int(status) ?? 0, String(decoding: output[..<(end ?? output.startIndex)], as: UTF8.self))
    }

    /// curl's configuration: every value quoted.
    /// - Parameter body: the file that holds the body; curl refuses long lines (8 KiB in older ones).
    static func configuration(_ request: DeliveryRequest, body: String) -> String {
        let quoted = { (text: String) in
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
        }
        return
            (["url = \(quoted(request.address))", "data-binary = \(quoted("@" + body))"]
            + request.headers.map { "header = \(quoted($0))" }).joined(separator: "\n") + "\n"
    }

    private func mail(_ message: DeliveryMessage, to target: DeliveryTarget, handbook: Handbook) async throws {
        let text = Self.letter(message, to: target, handbook: handbook)
        let answer = try await Self.run(
            ["sendmail", "/usr/sbin/sendmail", "/usr/lib/sendmail"], ["-i", "-t"], input: { _ in text })
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

    struct Answer: Sendable {
        var status: Int32
        var output: Data
        var said: String
    }

    private static func reason(_ answer: Answer) -> String {
        answer.said.isEmpty ? "it ended with \(answer.status)" : String(answer.said.prefix(200))
    }

    /// Runs the first of the programs that is installed, and waits for its end without holding a thread. It is ended when it takes
    /// longer than the limit, and when the task is cancelled.
    /// - Parameters:
    ///   - files: further files of the run's own folder, by name.
    ///   - input: what it reads, from the path of that folder.
    static func run(
        _ names: [String], _ arguments: [String], files: [String: String] = [:],
        limit: Duration = .seconds(patience + 10), input: (String) -> String
    ) async throws -> Answer {
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
        for (name, text) in [("in", input(folder)), ("out", ""), ("said", "")] + files.sorted(by: { $0.key < $1.key }) {
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
        guard let status = try await end(of: process, program, limit) else {
            throw Fault(
                description: Task.isCancelled
                    ? "\(names[0]) was ended with this program"
                    : "\(names[0]) had not finished after \(limit.components.seconds) s")
        }
        // What cannot be read said nothing.
        let content = { (name: String) in FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data() }
        return Answer(status: status, output: content("out"), said: plain(content("said")))
    }

    /// Its status; nil when it had to be ended.
    private static func end(of process: Process, _ program: String, _ limit: Duration) async throws -> Int32? {
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            end.yield($0.terminationStatus)
            end.finish()
        }
        do {
            try process.run()
        } catch {
            throw Fault(description: "\(program) cannot be run")
        }
        let status = await withTaskGroup(of: Int32?.self) { group in
            group.addTask { await ends.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: limit)  // ends early only when cancelled
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if status == nil, process.isRunning { process.terminate() }
        return status
    }

    /// A program's words as one line, without what a terminal would obey.
    private static func plain(_ said: Data) -> String {
        String(
            String.UnicodeScalarView(
                String(decoding: said, as: UTF8.self).unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control ? " " : scalar
                })
        ).trimmingCharacters(in: .whitespaces)
    }
}
