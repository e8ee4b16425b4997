import Foundation

/// An aggregator of its own, with an administrator's key.
struct Headquarters: Sendable {
    let house: House
    let folder: String
    let address: String
    let port: Int
    /// Its public CURVE key, Z85.
    let key: String
    let daemon: Daemon
    private let surroundings: Surroundings

    var endpoint: String { "tcp://\(address):\(port)" }
    var admin: String { folder + "/admin.yaml" }
    var organisationKey: String { folder + "/keys/organisation.key" }

    /// Makes and starts one.
    static func start(
        in house: House, folder: String? = nil, address: String = "127.0.0.1",
        surroundings: Surroundings = Surroundings()
    ) async throws -> Headquarters {
        let headquarters = try await Headquarters(
            in: house, folder: folder, address: address, surroundings: surroundings)
        try await headquarters.daemon.start()
        return headquarters
    }

    /// Makes one.
    /// - Parameters:
    ///   - address: of this machine; what it listens on.
    ///   - surroundings: what its daemon, and whoever asks it, runs in.
    init(
        in house: House, folder: String? = nil, address: String = "127.0.0.1",
        surroundings: Surroundings = Surroundings()
    ) async throws {
        self.house = house
        self.folder = folder ?? house.folder + "/hq"
        self.address = address
        self.surroundings = surroundings
        port = try Ports.free()
        let made = try await house.run(
            [
                "aggregator", "init", "--folder", self.folder, "--listen", "tcp://\(address):\(port)",
                "--enrolment", "tcp://\(address):\(try Ports.free())",
            ]
        ).required()
        guard let key = made.text.firstMatch(of: /headquarters' key: (\S{40})/)?.1 else {
            throw Fault("no key in \(made)")
        }
        self.key = String(key)
        daemon = Daemon(
            house, log: "headquarters", ["aggregator", "run", "--config", self.folder + "/aggregator.yaml"],
            in: surroundings
        ) {
            $0.contains("listening")
        }
    }

    /// Runs an administrator's command.
    func ask(_ arguments: String..., limit: Duration = .seconds(60)) async throws -> Output {
        try await house.run(arguments + ["--admin", admin], limit: limit, in: surroundings.forCommands)
    }

    /// Registers a branch.
    func add(_ branch: Branch) async throws {
        _ = try await ask(
            "site", "add", branch.site, "--time-zone", "Asia/Shanghai", "--curve-key=" + branch.curveKey,
            "--signing-key=" + branch.signingKey, "--expected-from", "2019-01-01"
        ).required()
    }

    /// Registers a site that is to enrol; returns the code that is printed for it.
    func code(for site: String, _ arguments: String...) async throws -> String {
        let output = try await house.run(["site", "add", site, "--admin", admin] + arguments).required()
        return try Self.code(in: output)
    }

    /// The code that a command printed.
    static func code(in output: Output) throws -> String {
        guard let code = output.text.firstMatch(of: /huiyin-1-[\w-]+/)?.0 else { throw Fault("no code in \(output)") }
        return String(code)
    }

    func status() async throws -> Status { try await ask("status", "--json").json() }

    func records(of site: String? = nil) async throws -> [RecordLine] {
        if let site { return try await ask("records", "--json", "--site", site).jsonLines() }
        return try await ask("records", "--json").jsonLines()
    }

    /// What people wrote down, by its client id; waits until all of it is there.
    func notes(_ ids: Set<String>, within limit: Duration = .seconds(20)) async throws -> [RecordLine] {
        try await eventually("records \(ids.sorted().prefix(10)) at headquarters", within: limit) {
            let found = try await records().filter { ids.contains($0.clientID) }
            return Set(found.map(\.clientID)) == ids ? found : nil
        }
    }

    /// The whole feed.
    func feed() async throws -> [FeedLine] {
        try await ask("tail", "--since", "0", "--no-follow", "--json").jsonLines()
    }

    func digest(_ month: String) async throws -> DigestPaper { try await ask("digest", "show", month, "--json").json() }
}
