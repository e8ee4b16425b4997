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
            throw Fault(path: path, reason: "others may read or write it; run chmod 600 \(path)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Fault(path: path, reason: "it belongs to another user")
        }
        guard status.st_size <= 4096 else { throw Fault(path: path, reason: "it is too large for a key") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        guard let data = try? handle.readToEnd(), let text = String(data: data, encoding: .utf8) else {
            throw Fault(path: path, reason: "it cannot be read as text")  // the cause is named by the reason
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes a new key file with mode 0600 and synchronizes it; refuses to replace one.
    package static func create(_ path: String, _ text: String) throws(Fault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Fault(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let bytes = Array((text + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Fault(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
