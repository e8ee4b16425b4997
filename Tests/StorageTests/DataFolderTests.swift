import Foundation
import Glibc
import Testing

@testable import Storage

struct DataFolderTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func isMadeForItsOwnerOnlyWithItsParents() throws {
        let folder = try TestFolder()
        let inner = try DataFolder(folder.path + "/a/b/c")
        #expect(try mode(inner.path) == 0o700)
        #expect(try mode(folder.path) == 0o700)
    }

    @Test func isHeldByOneAtATime() throws {
        let folder = try TestFolder()
        for _ in 0..<3 {
            #expect(throws: StorageError.self) { try DataFolder(folder.path) }
        }
        var other: DataFolder? = try DataFolder(folder.path + "/other")
        #expect(other != nil)
        other = nil
        #expect(throws: Never.self) { try DataFolder(folder.path + "/other") }
    }

    /// A restart within one process once met the lock of a log that was closed but still referred to.
    @Test func isFreeOnceItsLogIsClosed() throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        #expect(throws: StorageError.self) { try DataFolder(folder.path) }
        try log.close()
        #expect(throws: Never.self) { try DataFolder(folder.path) }
        withExtendedLifetime((folder, log)) {}
    }

    /// A refused folder once closed its descriptor twice, and so, at times, somebody else's file.
    @Test func aRefusedLockClosesNothingTwice() throws {
        let folder = try TestFolder()
        var probes: [CInt] = []
        for _ in 0..<50 {
            #expect(throws: StorageError.self) { try DataFolder(folder.path) }
            let probe = open("/dev/null", O_RDONLY)
            probes.append(probe)
        }
        #expect(probes.allSatisfy { fcntl($0, F_GETFD) >= 0 })
        #expect(Set(probes).count == probes.count)
        for probe in probes { close(probe) }
    }

    @Test func aFileInTheWayIsNamed() throws {
        let folder = try TestFolder()
        let file = folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: file, contents: Data()))
        do {
            _ = try DataFolder(file)
            Issue.record("a file was taken for a folder")
        } catch {
            #expect(error.description.hasPrefix(file))
        }
    }

    @Test func theReserveIsAsked() throws {
        #expect(throws: Never.self) { try TestFolder(reserve: 0).folder.requireRoom() }
        #expect(throws: StorageError.self) { try TestFolder(reserve: .max).folder.requireRoom() }
        #expect(try TestFolder().folder.free > 0)
    }
}
