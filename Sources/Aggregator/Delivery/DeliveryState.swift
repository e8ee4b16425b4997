import Foundation
import Records
import Synchronization

/// How far each target's messages are, kept in one file that is replaced whole and synced before a step counts.
///
/// Memory moves first: what a receiver has taken stays taken although the disk is full. Until that is on the disk, `settle` throws,
/// and nothing further may be sent.
final class DeliveryState: Sendable {
    private struct Memory {
        var queues: [String: DeliveryQueue] = [:]
        /// The file says less.
        var isUnsaved = false
    }

    private let path: String
    private let folder: String
    private let memory: Mutex<Memory>

    /// - Parameter folder: headquarters' data folder. A missing file is an empty state.
    init(folder: String) throws {
        self.folder = folder
        path = folder + "/deliveries.json"
        guard FileManager.default.fileExists(atPath: path) else {
            memory = Mutex(Memory())
            return
        }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            memory = Mutex(Memory(queues: try JSONDecoder().decode([String: DeliveryQueue].self, from: data)))
        } catch {
            throw RequestFailure(
                "\(path) cannot be read (\(error)); move it away: deliveries then begin at the feed's end")
        }
    }

    subscript(target: String) -> DeliveryQueue? { memory.withLock { $0.queues[target] } }

    /// Keeps a target's queue; it is on the disk when this returns. When it throws, the queue is kept all the same, unsaved.
    func keep(_ queue: DeliveryQueue, of target: String) throws {
        try memory.withLock { memory in
            memory.queues[target] = queue
            memory.isUnsaved = true
            try save(&memory)
        }
    }

    /// Writes what could not be written; throws while it still cannot.
    func settle() throws {
        try memory.withLock { memory in
            if memory.isUnsaved { try save(&memory) }
        }
    }

    private func save(_ memory: inout Memory) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try SyncedFile.replace(path, with: try encoder.encode(memory.queues))
        memory.isUnsaved = false
    }

    /// Appends a message that was given up to the target's dead letters.
    func bury(_ message: DeliveryQueue.Message, _ lines: [FeedLine], of target: String, reason: String) throws {
        let letter = DeadLetter(id: message.id, attempts: message.attempts, reason: reason, entries: lines)
        try SyncedFile.append(
            "\(folder)/dead-letters-\(target).ndjson", Data((try DeliveryRequest.json(letter) + "\n").utf8))
    }

    private struct DeadLetter: Encodable {
        var id: String
        var attempts: Int
        var reason: String
        var entries: [FeedLine]
    }
}

/// Files that are on the disk when a call returns. Mode 0600.
enum SyncedFile {
    /// The whole content, or the old one.
    static func replace(_ path: String, with data: Data) throws {
        let draft = path + ".new"
        try write(draft, data, flags: O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
        guard rename(draft, path) == 0 else { throw fault(path) }
        try synchronizeFolder(of: path)
    }

    /// At the end of what is there.
    static func append(_ path: String, _ data: Data) throws {
        let isNew = !FileManager.default.fileExists(atPath: path)
        try write(path, data, flags: O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC)
        if isNew { try synchronizeFolder(of: path) }
    }

    private static func write(_ path: String, _ data: Data, flags: Int32) throws {
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw fault(path) }
        defer { close(descriptor) }
        try data.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let written = Foundation.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                guard written > 0 else { throw fault(path) }
                start += written
            }
        }
        guard fsync(descriptor) == 0 else { throw fault(path) }
    }

    private static func synchronizeFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fault(folder) }
    }

    private static func fault(_ path: String) -> RequestFailure {
        RequestFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
