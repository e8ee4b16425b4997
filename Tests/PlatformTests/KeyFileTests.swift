import Foundation
import Glibc
import Testing

@testable import Platform

struct KeyFileTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/huiyin-platform-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func file(_ name: String) -> String { folder + "/" + name }

    /// Runs a body and removes the folder.
    private func within(_ body: () throws -> Void) rethrows {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder that stays does no harm
        try body()
    }

    @Test func aKeyFileIsMadeForItsOwnerOnlyAndRead() throws {
        try within {
            try KeyFile.create(file("key"), "geheim 秘密")
            var status = stat()
            #expect(stat(file("key"), &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(try KeyFile.read(file("key")) == "geheim 秘密")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o602, 0o610, 0o777] as [mode_t])
    func aFileThatOthersMayTouchIsRefusedWithTheRemedy(mode: mode_t) throws {
        try within {
            try KeyFile.create(file("key"), "k")
            chmod(file("key"), mode)
            let fault = #expect(throws: KeyFile.Fault.self) { try KeyFile.read(file("key")) }
            #expect(fault?.description.contains("chmod 600 \(file("key"))") == true)
            #expect(fault?.description.contains(String(mode, radix: 8)) == true)
            chmod(file("key"), 0o400)
            #expect(try KeyFile.read(file("key")) == "k")
        }
    }

    @Test func aFileOfAnotherUserIsRefused() throws {
        try within {
            try KeyFile.create(file("key"), "k")
            // Only root can give files away.
            guard geteuid() == 0 else { return }
            chown(file("key"), 4711, 4711)
            let fault = #expect(throws: KeyFile.Fault.self) { try KeyFile.read(file("key")) }
            #expect(fault?.description.contains("user 4711") == true)
        }
    }

    @Test func linksFoldersLargeFilesAndMissingOnesAreRefused() throws {
        try within {
            try KeyFile.create(file("key"), "k")
            symlink(file("key"), file("link"))
            try Data(repeating: 65, count: 5000).write(to: URL(filePath: file("large")))
            chmod(file("large"), 0o600)
            for name in ["link", "large", "missing"] {
                #expect(throws: KeyFile.Fault.self) { try KeyFile.read(file(name)) }
            }
        }
    }

    @Test func nothingIsReplacedUnlessItIsSaid() throws {
        try within {
            try KeyFile.create(file("key"), "old")
            #expect(throws: KeyFile.Fault.self) { try KeyFile.create(file("key"), "new") }
            #expect(try KeyFile.read(file("key")) == "old")
            try KeyFile.replace(file("key"), "new")
            #expect(try KeyFile.read(file("key")) == "new")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key"])
        }
    }
}
