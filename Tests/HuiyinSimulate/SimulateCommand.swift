import ArgumentParser
import Simulation

/// Runs simulated fleets, one for each seed, and says which seeds found something.
@main
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "huiyin-simulate",
        abstract: "Runs fleets of simulated sites and their headquarters under faults; a run is its seed.",
        discussion: """
            Every line names a seed, what it ran, and the hash of its trace: the same seed gives the same hash in every process.
            A seed that finds something prints what led to it and the command that repeats it, and ends the run with status 1.
            """)

    @Option(help: "How many seeds; with --minutes at most so many.")
    var seeds: UInt64?

    @Option(help: "For how long to go on with new seeds.")
    var minutes: Int?

    @Option(help: "The first seed.")
    var start: UInt64 = 0

    @Option(help: "Sites in each fleet; drawn from the seed when not given.")
    var sites: Int?

    @Option(help: "Runs this seed alone and prints its whole trace.")
    var trace: UInt64?

    @Option(
        help:
            "Builds in a mistake, to see that it is found: one of \(Fleet.Lie.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var lie: String?

    @Flag(help: "Prints only what was found, and the sum.")
    var quiet = false

    /// Lines of the trace that a seed with a finding prints.
    private static let traceLines = 80

    func validate() throws {
        if let sites, !(1...100).contains(sites) { throw ValidationError("--sites takes 1 to 100") }
        if let lie, Fleet.Lie(rawValue: lie) == nil { throw ValidationError("--lie does not know \(lie)") }
    }

    func run() throws {
        if let trace {
            let result = fleet(trace).run()
            for line in result.trace.lines { print(line) }
            return try finish([report(result, lines: 0)])
        }
        let began = ContinuousClock.now
        let end = minutes.map { began + .seconds(60 * $0) }
        let last = seeds.map { start + $0 } ?? (minutes == nil ? start + 100 : .max)
        var seed = start
        var sum = Sum()
        while seed < last, end.map({ .now < $0 }) ?? true {
            let result = fleet(seed).run()
            sum.add(result)
            if report(result, lines: Self.traceLines) { sum.findings.append(seed) }
            seed += 1
        }
        sum.print(seconds: (ContinuousClock.now - began).components.seconds)
        try finish(sum.findings.map { _ in true })
    }

    private func fleet(_ seed: UInt64) -> Fleet {
        Fleet(seed: seed, sites: sites, lie: lie.flatMap(Fleet.Lie.init(rawValue:)))
    }

    /// Prints what came of a seed; whether it found something.
    private func report(_ result: Fleet.Result, lines: Int) -> Bool {
        let hash = String(result.trace.hash, radix: 16)
        if !quiet || !result.violations.isEmpty {
            print(
                "seed \(result.seed): \(result.violations.isEmpty ? "well" : "FOUND"), \(result.sites) sites, "
                    + "\(result.saved) of \(result.issued) saved, drained in \(result.drained), trace \(hash)")
        }
        guard !result.violations.isEmpty else { return false }
        for line in result.trace.whatLed(lines: lines) { print("    \(line)") }
        for violation in result.violations { print("  ✘ \(violation)") }
        var again = "huiyin-simulate --trace \(result.seed)"
        if let sites { again += " --sites \(sites)" }
        if let lie { again += " --lie \(lie)" }
        print("  again: \(again)")
        return true
    }

    private func finish(_ found: [Bool]) throws {
        if found.contains(true) { throw ExitCode(1) }
    }
}

/// What many seeds amount to.
private struct Sum {
    var findings: [UInt64] = []
    private var runs = 0
    private var records = 0
    private var crashes: [CrashPoint: Int] = [:]

    mutating func add(_ result: Fleet.Result) {
        runs += 1
        records += result.saved
        crashes.merge(result.crashes, uniquingKeysWith: +)
    }

    func print(seconds: Int64) {
        let missed = CrashPoint.allCases.filter { crashes[$0] == nil }.map(\.rawValue)
        // No times: two runs of the same seeds print the same.
        Swift.print(
            "\(runs) seeds, \(records) records saved, \(crashes.values.reduce(0, +)) crashes at named points"
                + (missed.isEmpty ? "" : ", none at \(missed.joined(separator: ", "))"))
        Swift.print(
            findings.isEmpty ? "nothing found" : "found by: \(findings.map(String.init).joined(separator: ", "))")
    }
}
