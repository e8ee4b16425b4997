import Glibc
package import Records

/// What tells that a regular file is the same and unchanged: its inode, size and time of change.
package struct FileStamp: Hashable, Sendable {
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// Nil when there is no regular file at that path; a link is none.
    package init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }

    /// When the file's contents were changed last, to the second.
    package var modified: Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }
}
