import Foundation

/// Two hosts of their own, joined by a wire: network namespaces of this machine, gone afterwards. Needs root, as CI has it.
///
/// Files and Unix sockets are the same on both and here; only what crosses the network does not get out.
struct Network: Sendable {
    /// What the wire does.
    enum Trouble: String, Sendable, CaseIterable {
        /// Nothing gets through, and nobody is told.
        case cut
        /// What headquarters sends does not arrive; what it is sent does.
        case oneWay
        /// Half of the packets get lost, at random.
        case halfLost

        fileprivate var rules: [[String]] {
            switch self {
            case .cut: [["input", "drop"], ["output", "drop"]]
            case .oneWay: [["output", "drop"]]
            case .halfLost: ["input", "output"].map { [$0, "numgen", "random", "mod", "2", "==", "0", "drop"] }
            }
        }
    }

    private let house: House
    private let (branch, headquarters): (String, String)
    /// Headquarters' address.
    let address = "198.18.7.2"

    var branchSide: Surroundings { Surroundings(wrapper: ["ip", "netns", "exec", branch]) }
    var headquartersSide: Surroundings {
        Surroundings(wrapper: ["ip", "netns", "exec", headquarters], wrapsCommands: true)
    }

    static func with(in house: House, _ body: (Network) async throws -> Void) async throws {
        let name = "hy" + (house.folder.split(separator: "-").last ?? "")
        let network = Network(house: house, branch: name + "b", headquarters: name + "h")
        do {
            try await network.make()
            try await body(network)
        } catch {
            house.noteFailure()
            await network.remove()
            throw error
        }
        await network.remove()
    }

    private init(house: House, branch: String, headquarters: String) {
        self.house = house
        (self.branch, self.headquarters) = (branch, headquarters)
    }

    private func make() async throws {
        for name in [branch, headquarters] { try await run("ip", "netns", "add", name) }
        try await run(
            "ip", "-n", branch, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", headquarters)
        try await run("ip", "-n", branch, "addr", "add", "198.18.7.1/30", "dev", "wire")
        try await run("ip", "-n", headquarters, "addr", "add", "\(address)/30", "dev", "wire")
        for name in [branch, headquarters] {
            for device in ["lo", "wire"] { try await run("ip", "-n", name, "link", "set", device, "up") }
        }
    }

    private func remove() async {
        for name in [branch, headquarters] { _ = try? await run("ip", "netns", "del", name) }  // it may never have been
    }

    /// From now on, until `mend`.
    func apply(_ trouble: Trouble) async throws {
        try await filter("add", "table", "inet", "faults")
        for hook in ["input", "output"] {
            try await filter("add", "chain", "inet", "faults", hook, "{ type filter hook \(hook) priority 0 ; }")
        }
        // The administrator's own way to headquarters, on the loopback device, stays open.
        for rule in trouble.rules {
            try await filter(
                ["add", "rule", "inet", "faults", rule[0], rule[0] == "input" ? "iifname" : "oifname", "wire"]
                    + rule.dropFirst())
        }
    }

    func mend() async throws { try await filter("delete", "table", "inet", "faults") }

    /// A slow line: so many thousand bits a second towards headquarters.
    func slow(toKilobits rate: Int) async throws {
        try await run(
            "tc", "-n", branch, "qdisc", "replace", "dev", "wire", "root", "tbf", "rate", "\(rate)kbit", "burst",
            "16kb",
            "latency", "400ms")
    }

    private func filter(_ arguments: String...) async throws { try await filter(arguments) }

    private func filter(_ arguments: [String]) async throws {
        let output = try await house.run(arguments, program: try Executable.system("nft"), in: headquartersSide)
        guard output.succeeded else { throw Fault("filtering packets: \(output)") }
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        let output = try await house.run(arguments, program: try Executable.system(program))
        guard output.succeeded else { throw Fault("hosts of their own need root: \(program) \(output)") }
    }
}
