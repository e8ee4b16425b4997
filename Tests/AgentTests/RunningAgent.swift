import Foundation
import Glibc
import Logging
import Records
import ServiceLifecycle
import Storage
import Synchronization
import Testing

@testable import Agent

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ text: String = "2026-10-15T09:00:00+08:00") { time = Mutex(Timestamp(text, in: .utc)!) }

    var now: Timestamp { time.withLock { $0 } }

    func set(_ text: String) { time.withLock { $0 = Timestamp(text, in: .utc)! } }
}

/// A folder that goes with its test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/huiyin-agent-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws { try data.write(to: URL(fileURLWithPath: file(name))) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A configuration with new keys in a folder: site T1, Asia/Shanghai, no TCP.
func configuration(in folder: TemporaryFolder) throws -> AgentConfiguration {
    let site = try SiteID("T1")
    let data = folder.file("data")
    if !folder.exists("data") { _ = try AgentSetup(site: site, folder: data).make() }
    var configuration = AgentConfiguration(site: site, folder: data)
    configuration.zone = try #require(TimeZoneRules("Asia/Shanghai"))
    return configuration
}

/// An intake on a log in a folder, without servers.
func intake(in folder: TemporaryFolder, clock: TestClock = TestClock()) throws -> Intake {
    let configuration = try configuration(in: folder)
    let agent = try AgentService(configuration, version: "test", logger: .silent, clock: { clock.now })
    return agent.intake
}

/// An agent that serves as long as its test's body runs.
struct RunningAgent {
    let agent: AgentService
    let folder: TemporaryFolder
    let clock: TestClock
    /// By the Unix socket, as the user who runs the tests.
    let client: AgentClient
    let port: Int?

    /// Asks, and checks the answer against `Protocol/http.yaml`.
    func ask(
        _ method: String, _ path: String, _ body: String = "", type: String = "application/json",
        client: AgentClient? = nil,
        headers: [(String, String)] = []
    ) async throws -> AgentClient.Answer {
        let answer = try await (client ?? self.client).withConnection { connection in
            try await connection.ask(method, path, body: Data(body.utf8), type: type, headers: headers)
        }
        let problems = try HTTPDescription.shared.problems(method, path, answer)
        #expect(problems == [])
        return answer
    }

    /// Hands in, and returns the status and the JSON report.
    func post(_ body: String, _ query: String = "", type: String = "application/json") async throws -> (Int, Report) {
        let answer = try await ask("POST", "/v1/records" + query, body, type: type)
        return (answer.status, try JSONDecoder().decode(Report.self, from: answer.body))
    }

    func tcp(token: String) throws -> AgentClient {
        AgentClient(.tcp(host: "127.0.0.1", port: try #require(port), token: token))
    }
}

/// A report as a client sees it.
struct Report: Decodable {
    struct Row: Decodable {
        var line: Int
        var status: String
        var id: String?
        var sequence: Int?
        var faults: [Fault]?
    }

    struct Fault: Decodable {
        var field: String
        var reason: String
    }

    struct Problem: Decodable {
        var code: String
        var message: String
    }

    var saved: Int
    var known: Int
    var conflict: Int
    var refused: Int
    var valid: Int?
    var results: [Row]
    var error: Problem?

    var statuses: [String] { results.map(\.status) }
    var fields: [String] { results.flatMap { $0.faults ?? [] }.map(\.field) }
}

/// Runs an agent around `body`; throws what either throws.
func withAgent(
    folder: TemporaryFolder? = nil, trusted: Set<UInt32> = [geteuid()], clock: TestClock = TestClock(),
    configure: (inout AgentConfiguration) -> Void = { _ in }, _ body: (RunningAgent) async throws -> Void
) async throws {
    let folder = try folder ?? TemporaryFolder()
    var configuration = try configuration(in: folder)
    configure(&configuration)
    let (ready, continuation) = AsyncStream<Int?>.makeStream()
    let agent = try AgentService(
        configuration, version: "test", logger: .silent, trusted: trusted, clock: { clock.now },
        onReady: { continuation.yield($0) })
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [agent], logger: .silent))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        if let port = await ready.first(where: { _ in true }) {
            let running = RunningAgent(
                agent: agent, folder: folder, clock: clock, client: AgentClient(.socket(configuration.socket)),
                port: port)
            do {
                try await body(running)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
        }
        try await tasks.waitForAll()
    }
}
