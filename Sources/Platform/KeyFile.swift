import Foundation
import Glibc

/// Secret keys as files that only their owner can read.
package enum KeyFile {
    /// Why a key file cannot be used. Never quotes its content.
    package struct Fault: Error, CustomStringConvertible {
        package let path: String
        package let reason: String

        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }

        package var description: String { "key file \(path): \(reason)" }
    }

    /// The text of a key file, without surrounding white space. Refuses files that others can read or write.
    package static func read(_ path: String) throws(Fault) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Fault(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Fault(path: path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw Fault(path: path, reason: "its mode \(mode) lets others in; run chmod 600 \(path)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Fault(
                path: path,
                reason: "it belongs to user \(status.st_uid) and this program runs as user \(geteuid()); "
                    + "run chown \(geteuid()) \(path)")
        }
        guard status.st_size <= 4096 else { throw Fault(path: path, reason: "it is too large for a key") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        guard let data = try? handle.readToEnd(), let text = String(data: data, encoding: .utf8) else {
            throw Fault(path: path, reason: "it cannot be read as text")  // the cause is named by the reason
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes a new key file with mode 0600, whole or not at all, and synchronizes it; refuses to replace one.
    package static func create(_ path: String, _ text: String) throws(Fault) {
        let draft = try write(path, text)
        defer { unlink(draft) }
        guard link(draft, path) == 0 else { throw Fault(path: path, reason: String(cString: strerror(errno))) }
        try synchronizeFolder(of: path)
    }

    /// Writes a key file with mode 0600 in place of the one that is there, whole or not at all, and synchronizes it.
    package static func replace(_ path: String, _ text: String) throws(Fault) {
        let draft = try write(path, text)
        guard rename(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft)
            throw Fault(path: path, reason: reason)
        }
        try synchronizeFolder(of: path)
    }

    /// A synchronized file beside `path`, under a name of this process; returns its path.
    private static func write(_ path: String, _ text: String) throws(Fault) -> String {
        let draft = "\(path).new-\(getpid())"
        unlink(draft)  // left by a crash of an earlier process of this number, if at all
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Fault(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let bytes = Array((text + "\n").utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft)
            throw Fault(path: path, reason: reason)
        }
        return draft
    }

    private static func synchronizeFolder(of path: String) throws(Fault) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault(path: folder, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Fault(path: folder, reason: String(cString: strerror(errno))) }
    }
}
