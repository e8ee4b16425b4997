import Foundation

/// What a process runs in, other than this machine as it is: a network of its own, another clock, a disk that fails.
struct Surroundings: Sendable {
    /// A program and its arguments that start the process, such as `ip netns exec NAME`; none by default.
    var wrapper: [String] = []
    var environment: [String: String] = [:]
    /// Commands that speak to the process must run in its wrapper, too.
    var wrapsCommands = false

    /// The words that start a program here.
    func command(_ program: String, _ arguments: [String]) throws -> [String] {
        guard let first = wrapper.first else { return [program] + arguments }
        return [try Executable.system(first)] + wrapper.dropFirst() + [program] + arguments
    }

    /// For commands that speak to the process.
    var forCommands: Surroundings { wrapsCommands ? Surroundings(wrapper: wrapper) : Surroundings() }

    /// A clock that is shifted, such as "+1y" or "-3d"; the monotonic one is as it was.
    static func clock(shifted shift: String) throws -> Surroundings {
        let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
        let library = folders.map { $0 + "/faketime/libfaketime.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
        guard let library else { throw Fault("there is no libfaketime: install Debian's `faketime`") }
        // By way of `env`: the library moves the environment of the first program that it is loaded into, and a Swift
        // program finds its arguments beside it.
        return Surroundings(
            wrapper: ["env"],
            environment: ["LD_PRELOAD": library, "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"])
    }

    /// At most so many open files.
    static func openFiles(atMost count: Int) -> Surroundings {
        Surroundings(wrapper: ["prlimit", "--nofile=\(count):\(count)"])
    }
}
