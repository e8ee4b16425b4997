import Foundation
import Glibc

/// An ext4 file system of its own in a file of the house, as a machine's disk. Needs root, as CI has it.
///
/// What was written but not synced is in the machine's memory, not in the file: `loseUnsynced` shows what a cut of power
/// leaves. It commits its journal each 300 s only, as its default of 5 s would hide a missing sync.
struct Disk: Sendable {
    let house: House
    let image: String
    /// Where it is mounted.
    let path: String

    /// Makes and mounts one for `body`; it is gone afterwards.
    static func with(
        megabytes: Int = 192, in house: House, _ body: (Disk) async throws -> Void
    ) async throws {
        let disk = Disk(house: house, image: house.folder + "/disk.img", path: house.folder + "/disk")
        try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
        try await disk.run("truncate", ["-s", "\(megabytes)M", disk.image])
        try await disk.run("mkfs.ext4", ["-q", disk.image])
        try await disk.mount()
        do {
            try await body(disk)
        } catch {
            house.noteFailure()
            disk.unmount()
            throw error
        }
        disk.unmount()
    }

    func mount() async throws { try await run("mount", ["-o", "loop,commit=300,errors=remount-ro", image, path]) }

    /// Detaches it, even while somebody has files open there.
    func unmount() { umount2(path, Int32(MNT_DETACH)) }

    /// A cut of power: takes what is in the file now, puts it in the place of the disk, and mounts that. Whatever used the
    /// disk must have ended.
    func loseUnsynced() async throws {
        let copy = image + ".left"
        // The file as it is: what the file system holds back is not in it.
        try await run("cp", ["--sparse=always", image, copy])
        guard umount2(path, 0) == 0 else { throw Fault("\(path): \(String(cString: strerror(errno)))") }
        try FileManager.default.removeItem(atPath: image)
        try FileManager.default.moveItem(atPath: copy, toPath: image)
        try await mount()
    }

    /// Turns read-only at once, as ext4 does after an error that it met.
    func turnReadOnly() throws {
        let device = try String(contentsOfFile: "/proc/mounts", encoding: .utf8).split(separator: "\n")
            .first { $0.split(separator: " ").dropFirst().first.map(String.init) == path }?
            .split(separator: " ").first?.split(separator: "/").last
        guard let device else { throw Fault("\(path) is not mounted") }
        try Data("1".utf8).write(to: URL(filePath: "/sys/fs/ext4/\(device)/trigger_fs_error"))
    }

    /// Checks it and mounts it anew, writable. Whatever used the disk must have ended.
    func repair() async throws {
        guard umount2(path, 0) == 0 else { throw Fault("\(path): \(String(cString: strerror(errno)))") }
        let checked = try await house.run(["-y", image], program: try Executable.system("fsck.ext4"))
        guard [.status(0), .status(1)].contains(checked.exit) else { throw Fault("\(checked)") }
        try await mount()
    }

    private func run(_ program: String, _ arguments: [String]) async throws {
        let output = try await house.run(arguments, program: try Executable.system(program))
        guard output.succeeded else { throw Fault("a disk of its own needs root: \(program) \(output)") }
    }
}
