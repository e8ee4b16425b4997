import Foundation
import Glibc
import Synchronization
import Testing

/// Everything that one test sets up on this machine: a folder, processes and their logs. All of it is gone afterwards; after
/// a failure the folder stays, and the logs are attached.
final class House: Sendable {
    /// The house of the test that runs; what fails in it is noted.
    @TaskLocal static var current: House?

    /// Short, as Unix sockets lie in it.
    let folder: String
    private let state = Mutex(State())

    private struct State {
        var children: [ChildProcess] = []
        var commands = 0
        var hasFailed = false
    }

    private init() throws {
        var template = Array("/tmp/hy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fault("no temporary folder: \(String(cString: strerror(errno)))") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Opens a house for a test and clears it up, whatever becomes of the test.
    static func open(_ body: (House) async throws -> Void) async throws {
        let house = try House()
        do {
            try await $current.withValue(house) { try await body(house) }
        } catch {
            house.noteFailure()
            await house.close()
            throw error
        }
        await house.close()
    }

    func noteFailure() { state.withLock { $0.hasFailed = true } }

    private func close() async {
        let (children, hasFailed) = state.withLock { ($0.children, $0.hasFailed) }
        for child in children { child.send(SIGKILL) }
        for child in children { await forget(child) }
        guard hasFailed else {
            try? FileManager.default.removeItem(atPath: folder)  // a temporary folder that stays does no harm
            return
        }
        for (name, text) in logs {
            Attachment.record(text, named: name)
            print("--- \(folder)/\(name)\n" + text.split(separator: "\n").suffix(25).joined(separator: "\n"))
        }
    }

    private func forget(_ child: ChildProcess) async {
        _ = await child.exit(within: .seconds(10))
        Guardian.shared.forget(child.pid)
    }

    private var logs: [(name: String, text: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".log") }.sorted().map { ($0, text(of: folder + "/" + $0)) }
    }

    /// A file's text, however broken; empty when it is not there.
    func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// Writes a file into the house; returns its path.
    func write(_ name: String, _ content: Data) throws -> String {
        let path = folder + "/" + name
        try content.write(to: URL(filePath: path))
        return path
    }

    // MARK: Processes

    /// Starts `huiyin` (or another program) as a process that goes on.
    func start(
        _ arguments: [String], log: String, program: String? = nil, in surroundings: Surroundings = Surroundings()
    ) throws -> ChildProcess {
        try spawn(program ?? Executable.huiyin(), arguments, output: log, errors: log, in: surroundings)
    }

    /// Runs `huiyin` (or another program) to its end.
    /// - Parameter limit: it is killed after this.
    func run(
        _ arguments: [String], input: String = "/dev/null", limit: Duration = .seconds(30), program: String? = nil,
        in surroundings: Surroundings = Surroundings()
    ) async throws -> Output {
        let number = state.withLock { state in
            state.commands += 1
            return state.commands
        }
        let base = folder + "/command-\(number)"
        defer { for suffix in [".out", ".err"] { unlink(base + suffix) } }
        let child = try spawn(
            program ?? Executable.huiyin(), arguments, output: base + ".out", errors: base + ".err", input: input,
            in: surroundings)
        let exit = await child.exit(within: limit)
        state.withLock { $0.children.removeAll { $0 === child } }
        Guardian.shared.forget(child.pid)
        return Output(
            command: arguments.joined(separator: " "), exit: exit, text: text(of: base + ".out"),
            errors: text(of: base + ".err"))
    }

    private func spawn(
        _ program: String, _ arguments: [String], output: String, errors: String, input: String = "/dev/null",
        in surroundings: Surroundings
    ) throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HUIYIN_") }
        environment["LC_ALL"] = "C.UTF-8"
        environment["HOME"] = folder
        environment.merge(surroundings.environment) { _, other in other }
        let words = try surroundings.command(program, arguments)
        let child = try ChildProcess(
            words[0], Array(words.dropFirst()), environment: environment, output: output, errors: errors, input: input)
        Guardian.shared.watch(child.pid)
        state.withLock { $0.children.append(child) }
        return child
    }
}

/// What a command said and how it ended.
struct Output: Sendable, CustomStringConvertible {
    var command: String
    var exit: ChildProcess.Exit
    /// Standard output.
    var text: String
    /// Standard error.
    var errors: String

    var succeeded: Bool { exit == .status(0) }
    var lines: [Substring] { text.split(separator: "\n") }

    /// Itself; throws when the command did not succeed.
    func required() throws -> Output {
        guard succeeded else { throw Fault("\(self)") }
        return self
    }

    /// Its output as JSON.
    func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try required().text.utf8))
    }

    /// Its output as JSON, one value a line.
    func jsonLines<Value: Decodable>(_ type: Value.Type = Value.self) throws -> [Value] {
        try required().lines.map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    var description: String { "`\(command)` ended with \(exit)\n\(text.suffix(2000))\n\(errors.suffix(2000))" }
}
