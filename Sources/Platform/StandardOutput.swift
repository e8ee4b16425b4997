import Glibc

/// The process's standard output.
package enum StandardOutput {
    /// Whether it is a pipe that nobody reads any more: what follows a stream then has nothing left to do.
    package static var isAbandoned: Bool {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLERR) != 0
    }
}
