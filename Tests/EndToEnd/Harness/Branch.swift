import Foundation

/// An agent of its own.
struct Branch: Sendable {
    let house: House
    let site: String
    let folder: String
    /// Public keys, as headquarters must know them.
    let curveKey: String
    let signingKey: String
    let daemon: Daemon

    var config: String { folder + "/agent.yaml" }
    var socket: String { folder + "/agent.sock" }

    /// Makes a branch, registers it and starts its agent.
    static func start(
        _ site: String, at headquarters: Headquarters, folder: String? = nil, settings: String = "",
        in surroundings: Surroundings = Surroundings()
    ) async throws -> Branch {
        let branch = try await Branch(
            site, of: headquarters, folder: folder, settings: settings, in: surroundings)
        try await headquarters.add(branch)
        try await branch.daemon.start()
        return branch
    }

    /// Makes folder, keys and configuration.
    /// - Parameters:
    ///   - listening: its TCP port on the loopback interface; none by default.
    ///   - settings: further lines of its configuration.
    ///   - surroundings: what its daemon runs in.
    init(
        _ site: String, of headquarters: Headquarters, folder: String? = nil, listening: Int? = nil,
        settings: String = "", in surroundings: Surroundings = Surroundings()
    ) async throws {
        house = headquarters.house
        self.site = site
        self.folder = folder ?? house.folder + "/" + site
        let made = try await house.run([
            "agent", "init", "--site", site, "--folder", self.folder, "--time-zone", "Asia/Shanghai",
            "--headquarters", headquarters.endpoint, "--key=" + headquarters.key,
            "--organisation-key", headquarters.organisationKey,
        ]).required()
        guard let curve = made.text.firstMatch(of: /--curve(?:-key)?[ =]'?([^\s']{40})/)?.1,
            let signing = made.text.firstMatch(of: /--signing(?:-key)?[ =]([0-9a-f]{64})/)?.1
        else { throw Fault("no keys in \(made)") }
        (curveKey, signingKey) = (String(curve), String(signing))
        let socket = self.folder + "/agent.sock"
        daemon = Daemon(
            house, log: site, ["agent", "run", "--config", self.folder + "/agent.yaml"], in: surroundings
        ) { _ in
            HTTPConversation.isAnswering(socket)
        }
        let listen = listening.map { "127.0.0.1:\($0)" } ?? "off"
        let text = house.text(of: config).replacing("listen: 127.0.0.1:8717", with: "listen: \(listen)")
        try Data((text + "\n" + settings + "\n").utf8).write(to: URL(filePath: config))
    }

    /// Joins by a code, on a machine where nothing is yet, and starts the agent.
    static func enrol(_ site: String, at headquarters: Headquarters, name: String = "") async throws -> Branch {
        let code = try await headquarters.code(for: site, "--name", name, "--expected-from", "2019-01-01")
        let folder = headquarters.house.folder + "/" + site
        _ = try await headquarters.house.run(["agent", "enroll", code, "--folder", folder]).required()
        let branch = try Branch(enrolled: site, in: folder, headquarters.house)
        try await branch.daemon.start()
        return branch
    }

    /// A branch whose folder `agent enroll` has made; by its Unix socket only.
    init(enrolled site: String, in folder: String, _ house: House) throws {
        self.house = house
        self.site = site
        self.folder = folder
        (curveKey, signingKey) = ("", "")
        let (config, socket) = (folder + "/agent.yaml", folder + "/agent.sock")
        daemon = Daemon(house, log: site, ["agent", "run", "--config", config]) { _ in
            HTTPConversation.isAnswering(socket)
        }
        let text = house.text(of: config).replacing("listen: 127.0.0.1:8717", with: "listen: off")
        try Data(text.utf8).write(to: URL(filePath: config))
    }

    /// The same branch once more, from a copy of its folder: the agent of this one must not run while it is made.
    func clone() throws -> Branch {
        let copy = folder + "-clone"
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        let text = house.text(of: copy + "/agent.yaml").replacing(folder, with: copy)
        try Data(text.utf8).write(to: URL(filePath: copy + "/agent.yaml"))
        return try Branch(enrolled: site, in: copy, house)
    }

    /// What a program that posts records sends along by TCP.
    var credentials: [String: String] {
        let token = house.text(of: folder + "/keys/token").trimmingCharacters(in: .whitespacesAndNewlines)
        return ["Authorization": "Bearer " + token, "Content-Type": "application/json"]
    }

    /// Runs a command that speaks to this agent.
    func ask(_ arguments: String..., input: String = "/dev/null", limit: Duration = .seconds(60)) async throws -> Output
    {
        try await house.run(arguments + ["--config", config], input: input, limit: limit)
    }

    /// Writes a complaint down by the command line.
    func complain(
        _ id: String, _ text: String, subject: String? = nil, by customer: String? = nil, at moment: String? = nil
    ) async throws {
        var arguments = ["record", "complaint", "--id", id, "--text", text, "--config", config]
        if let subject { arguments += ["--subject", subject] }
        if let customer { arguments += ["--customer", customer] }
        if let moment { arguments += ["--occurred-at", moment] }
        _ = try await house.run(arguments).required()
    }

    /// Imports a CSV file of complaints with the columns of `Petition`.
    func importComplaints(_ file: String, limit: Duration = .seconds(120)) async throws -> Output {
        try await ask(
            "import", file, "--as", "complaint", "--map", "id=id", "--map", "customer.number=customer",
            "--map", "occurred_at=occurred_at", "--map", "subject=subject", "--map", "text=text", limit: limit)
    }
}
