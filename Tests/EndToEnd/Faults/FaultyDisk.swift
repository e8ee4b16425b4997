import Foundation

/// A disk that fails as told: a SQLite VFS loaded into a daemon; see `FaultyDisk/faulty_disk.c` for what it can do.
struct FaultyDisk: Sendable {
    /// What fails.
    enum Plan: Sendable {
        case none
        /// `count` operations after `skip` others.
        case failing(String, skip: Int = 0, count: Int = 1_000_000)
        /// Each sync takes so long.
        case stalling(milliseconds: Int, count: Int)

        fileprivate var text: String {
            switch self {
            case .none: "none 0 0"
            case .failing(let fault, let skip, let count): "\(fault) \(skip) \(count)"
            case .stalling(let milliseconds, let count): "stall \(milliseconds) \(count)"
            }
        }
    }

    let surroundings: Surroundings
    private let plan: String

    /// Builds the library into the house.
    init(in house: House, named name: String = "faulty") async throws {
        let library = house.folder + "/\(name).so"
        plan = house.folder + "/\(name).plan"
        let source = Executable.root.appending(path: "Tests/EndToEnd/FaultyDisk/faulty_disk.c").path
        _ = try await house.run(
            ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-lsqlite3"],
            program: try Executable.compiler()
        ).required()
        surroundings = Surroundings(environment: ["LD_PRELOAD": library, "FAULTY_DISK": plan])
        try set(.none)
    }

    /// From the next operation on. The file is replaced, so that nobody reads half of it.
    func set(_ plan: Plan) throws {
        try Data(plan.text.utf8).write(to: URL(filePath: self.plan), options: .atomic)
    }

    /// How often a fault struck so far.
    var met: Int { FileManager.default.contents(atPath: plan + ".met")?.count ?? 0 }
}
