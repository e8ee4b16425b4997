import Crypto
import Foundation
import Glibc

/// A file that the system refuses.
package struct FileFault: Error, CustomStringConvertible {
    var path: String
    var doing: String
    var code: CInt

    package var description: String { "\(path): \(doing) failed: \(String(cString: strerror(code)))" }
}

/// A file that is read from its beginning to its end.
package final class InputFile {
    /// Bytes read at a time.
    package static let block = 1 << 18

    private let path: String
    private let descriptor: CInt

    package init(_ path: String) throws(FileFault) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileFault(path: path, doing: "opening it", code: errno) }
    }

    deinit { close(descriptor) }

    /// The next bytes; empty at the end.
    package func read(_ count: Int) throws(FileFault) -> [UInt8] {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = Glibc.read(descriptor, buffer.baseAddress, count)
            if result < 0 { code = errno }
            filled = max(0, result)
        }
        guard code == 0 else { throw FileFault(path: path, doing: "reading it", code: code) }
        return bytes
    }

    /// SHA-256 of all of it in hexadecimal digits; reading begins anew afterwards.
    package func digest() throws(FileFault) -> String {
        var hash = SHA256()
        while true {
            let bytes = try read(Self.block)
            if bytes.isEmpty { break }
            hash.update(data: bytes)
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileFault(path: path, doing: "reading it", code: errno) }
        return Hexadecimal.text(hash.finalize())
    }

    /// How many bytes it has; reading goes on where it was. 0 for what has no length, such as a pipe.
    package var size: Int {
        let place = lseek(descriptor, 0, SEEK_CUR)
        let end = lseek(descriptor, 0, SEEK_END)
        guard place >= 0, end >= 0, lseek(descriptor, place, SEEK_SET) == place else { return 0 }
        return Int(end)
    }

    /// Makes what was made or moved in a folder durable.
    static func synchronizeFolder(_ path: String) throws(FileFault) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw FileFault(path: path, doing: "synchronizing it", code: errno)
        }
    }
}
