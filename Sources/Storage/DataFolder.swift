import Foundation
import Glibc

/// A daemon's data folder: made with mode 0700, held by one process at a time, with some disk kept in reserve.
package final class DataFolder: Sendable {
    package let path: String
    /// New records are refused when less than this many bytes are free, so that acknowledgements and clean-up still work.
    package let reserve: UInt64
    private let lock: CInt

    /// Makes the folder if need be and takes its lock, which ends with the process.
    package init(_ path: String, reserve: UInt64 = 64 << 20) throws(StorageError) {
        self.path = path
        self.reserve = reserve
        let parents = Self.missingParents(of: path)
        // What this process writes is its owner's alone, whatever the folder above allows.
        umask(0o077)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .folder(path: path, reason: "cannot be made: \(error.localizedDescription)")
        }
        for parent in parents { try Self.synchronize(parent) }
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .folder(path: path, reason: "cannot be written: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: path)
        }
        lock = descriptor
    }

    deinit { close(lock) }

    /// Lets another process have the folder: when its databases are closed, though something may still refer to it.
    func release() { flock(lock, LOCK_UN) }

    package func file(_ name: String) -> String { path + "/" + name }

    /// Bytes that this user may still write.
    package var free: UInt64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Throws when new records should not be taken.
    package func requireRoom() throws(StorageError) {
        let free = free
        guard free >= reserve else { throw .diskFull(path: path, free: free, reserve: reserve) }
    }

    /// Makes what was created in the folder durable.
    package func synchronize() throws(StorageError) { try Self.synchronize(path) }

    /// The folders that get a new name in them when `path` is made: they must be on the disk, too.
    private static func missingParents(of path: String) -> [String] {
        var parents: [String] = []
        var folder = URL(filePath: path).standardizedFileURL
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
            folder.deleteLastPathComponent()
            parents.append(folder.path)
        }
        return parents
    }

    /// Makes what was created in a folder durable.
    static func synchronize(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw .folder(path: path, reason: "cannot be synchronized: \(String(cString: strerror(errno)))")
        }
    }
}
