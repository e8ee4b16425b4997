import Foundation
import Glibc
import Synchronization

/// `huiyin agent run` or `huiyin aggregator run`: started, stopped and killed as often as a test wants.
final class Daemon: Sendable {
    let log: String
    private let house: House
    private let arguments: [String]
    private let surroundings: Surroundings
    /// Whether it answers, by what it wrote to its log since it was started.
    private let isReady: @Sendable (_ log: Substring) -> Bool
    private let child = Mutex<ChildProcess?>(nil)

    init(
        _ house: House, log: String, _ arguments: [String], in surroundings: Surroundings = Surroundings(),
        isReady: @escaping @Sendable (Substring) -> Bool
    ) {
        self.house = house
        self.log = house.folder + "/\(log).log"
        self.arguments = arguments
        self.surroundings = surroundings
        self.isReady = isReady
    }

    var isRunning: Bool { child.withLock { $0.map { $0.ended == nil } ?? false } }

    var pid: pid_t? { child.withLock { $0?.pid } }

    /// Starts it and returns when it answers; throws with its log when it ended instead.
    func start() async throws {
        let before = house.text(of: log).count
        let started = try house.start(arguments, log: log, in: surroundings)
        child.withLock { $0 = started }
        try await eventually("an answer of \(log)") {
            let text = house.text(of: log).dropFirst(before)
            if isReady(text) { return true }
            if let exit = started.ended { throw Ended(description: "\(log): it ended with \(exit):\n\(text)") }
            return nil
        }
    }

    /// What it says when it ends by itself, as it must when it may not run.
    func startInVain() async throws -> (exit: ChildProcess.Exit, text: String) {
        let before = house.text(of: log).count
        let started = try house.start(arguments, log: log, in: surroundings)
        child.withLock { $0 = started }
        let exit = await started.exit(within: .seconds(10))
        return (exit, String(house.text(of: log).dropFirst(before)))
    }

    /// Asks it to end; throws when it does not do so properly.
    func stop() async throws {
        guard let running = child.withLock({ $0 }) else { return }
        running.send(SIGTERM)
        let exit = await running.exit(within: .seconds(10))
        guard exit == .status(0) else { throw Fault("\(log): after SIGTERM it ended with \(exit)") }
    }

    /// `kill -9`.
    func kill() async {
        guard let running = child.withLock({ $0 }) else { return }
        running.send(SIGKILL)
        _ = await running.exit(within: .seconds(10))
    }

    /// SIGSTOP: it stands still and says nothing, until `thaw`.
    func freeze() { child.withLock { $0?.send(SIGSTOP) } }

    /// SIGCONT.
    func thaw() { child.withLock { $0?.send(SIGCONT) } }

    private struct Ended: Error, CustomStringConvertible { let description: String }
}
