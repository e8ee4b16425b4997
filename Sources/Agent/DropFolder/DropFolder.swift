import Foundation
package import Logging
import Platform
import Records
import ServiceLifecycle
package import Storage

/// Takes the files that other programs put into a folder: `complaint-….csv`, `visit-….ndjson`, `….json`.
///
/// A file is taken when its size and time were the same in two polls. Its rows go into the log, those that were refused into
/// `rejects/NAME.rejects.…`, and the file itself into `done/`, in this order, each on the disk before the next: a crash in
/// between takes the file again, and as every row has an id (its own, or the file's hash and the row) it doubles nothing.
package actor DropFolder: Service {
    /// Time between two polls.
    private static let interval: Duration = .seconds(2)
    /// Greatest number of files looked at in one poll; the others wait for the next.
    private static let filesPerPoll = 1000
    static let author = "drop-folder"

    private let path: String
    private let intake: Intake
    private let logger: Logger
    private var seen: [String: FileStamp] = [:]
    /// Files that could not be taken, with what was said of them, so that it is said once.
    private var troubles: [String: String] = [:]

    /// Makes the folder, `done` and `rejects` if need be.
    package init(_ path: String, intake: Intake, logger: Logger) throws(StorageError) {
        self.path = path
        self.intake = intake
        self.logger = logger
        do {
            for folder in [path, path + "/done", path + "/rejects"] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        } catch {
            throw .folder(path: path, reason: "the drop folder cannot be made: \(error.localizedDescription)")
        }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.poll()
                // A cancelled sleep ends the loop.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Looks once, and takes what has been quiet since the last look. Returns what was taken.
    @discardableResult
    package func poll() async -> [String: IntakeReport] {
        var taken: [String: IntakeReport] = [:]
        var found: [String: FileStamp] = [:]
        for name in names() {
            guard !Task.isCancelled else { break }
            guard let stamp = FileStamp(path: path + "/" + name) else { continue }
            found[name] = stamp
            guard seen[name] == stamp else { continue }
            if let report = await take(name) {
                taken[name] = report
                found[name] = nil
            }
        }
        seen = found
        troubles = troubles.filter { found[$0.key] != nil }
        return taken
    }

    private func names() -> [String] {
        // A folder that cannot be listed has no files; `take` says why a file cannot be read.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let wanted = names.filter { !$0.hasPrefix(".") && DropFile.Format(name: $0) != nil }
        return Array(wanted.sorted().prefix(Self.filesPerPoll))
    }

    /// Nil when it stays where it is, to be tried again.
    private func take(_ name: String) async -> IntakeReport? {
        do {
            let file = try DropFile(folder: path, name: name)
            let report = try await file.take(into: intake)
            if let failure = report.failure {
                note(failure.description, about: name)
                return nil
            }
            logger.info(
                "file taken",
                metadata: [
                    "saved": "\(report.saved)", "known": "\(report.known)",
                    "refused": "\(report.refused + report.conflicts)",
                ])
            return report
        } catch {
            note("\(error)", about: name)
            return nil
        }
    }

    private func note(_ trouble: String, about name: String) {
        guard troubles[name] != trouble else { return }
        troubles[name] = trouble
        logger.error("a file of the drop folder cannot be taken", metadata: ["file": "\(name)", "error": "\(trouble)"])
    }
}
