import Foundation

/// A daemon's folder as it was at one moment, as a backup or a disk image keeps it.
struct Snapshot {
    private let copy: String

    /// Of a daemon that is stopped.
    init(of folder: String) throws {
        copy = folder + "-at-\(UUID().uuidString.prefix(8))"
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
    }

    /// Puts it in the place of what is there now; what was there is given back as a snapshot.
    @discardableResult
    func restore(to folder: String) throws -> Snapshot {
        let before = try Snapshot(of: folder)
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.copyItem(atPath: copy, toPath: folder)
        return before
    }
}
