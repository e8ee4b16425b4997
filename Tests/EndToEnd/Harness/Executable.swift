import Foundation

/// Where things of the package are.
enum Executable {
    /// The built program: `$HUIYIN_BINARY`, else beside the test bundle.
    static func huiyin() throws -> String {
        if let path = ProcessInfo.processInfo.environment["HUIYIN_BINARY"], !path.isEmpty { return path }
        // `swift test` runs .build/debug/huiyinPackageTests.xctest, itself or through a helper that is given its path.
        for candidate in CommandLine.arguments + [Bundle.main.executablePath ?? ""] where candidate.contains(".xctest")
        {
            let path = URL(filePath: candidate).deletingLastPathComponent().appending(path: "huiyin").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw Fault("no `huiyin` beside the test bundle; build it with `swift build`, or name it in $HUIYIN_BINARY")
    }

    /// A program of the system, by its name.
    static func system(_ name: String) throws -> String {
        for folder in ["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"]
        where FileManager.default.isExecutableFile(atPath: folder + name) { return folder + name }
        throw Fault("there is no program `\(name)` on this machine")
    }

    /// A compiler of C: the Swift toolchain's, or the system's.
    static func compiler() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin"
        for name in ["clang", "cc"] {
            for folder in path.split(separator: ":")
            where FileManager.default.isExecutableFile(atPath: folder + "/" + name) { return folder + "/" + name }
        }
        throw Fault("there is no C compiler on the PATH")
    }

    /// The package's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The real complaints: `$HUIYIN_DATA`, else beside the package; nil where they are not.
    static var petitions: String? {
        let named = ProcessInfo.processInfo.environment["HUIYIN_DATA"].map { URL(filePath: $0) }
        let file = (named ?? root.appending(path: "../shared/data")).appending(path: "petitions.csv")
            .standardizedFileURL.path
        return FileManager.default.isReadableFile(atPath: file) ? file : nil
    }
}
