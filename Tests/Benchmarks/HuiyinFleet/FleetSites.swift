import Foundation
import ZeroMQ

/// A process with a part of the fleet's sites. Obeys lines of standard input and answers on standard output:
///
///     all SECONDS                  said whenever every site of it is live, by the monotonic clock
///     atonce SITES NOTES           the first sites write notes down at once
///     steadily SITES MILLISECONDS  the last sites write one note each, over and over; 0 sites: no more
///     lag                          answered by `lag NOTES`
///     latencies                    answered by `latencies MS …`: of those acknowledged since the last question
///     live                         answered by `live SITES`
struct FleetSites {
    static let lanes = 16

    static func run(endpoint: String, headquarters: String, file: String, from: Int, count: Int) async throws {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").dropFirst(from).prefix(
            count)
        let identities = try lines.map { try JSONDecoder().decode(FleetIdentity.self, from: Data($0.utf8)) }
        let tally = FleetTally(total: identities.count)
        let key = try CurvePublicKey(z85: headquarters)
        // A monitor has a socket of its own at either end.
        let context = try Context(maxSockets: 4 * count + 100)
        var lanes: [FleetLane] = []
        for number in 0..<Self.lanes {
            let lane = try FleetLane(number, endpoint: endpoint, headquarters: key, context: context, tally: tally)
            lanes.append(lane)
        }
        for (number, lane) in lanes.enumerated() {
            try await lane.start(identities.indices.filter { $0 % Self.lanes == number }.map { identities[$0] })
        }
        while let line = readLine() { try await obey(line.split(separator: " "), lanes, tally) }
    }

    private static func obey(_ words: [Substring], _ lanes: [FleetLane], _ tally: FleetTally) async throws {
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch words.first {
        case "atonce":
            for (index, lane) in lanes.enumerated() {
                await lane.writeAtOnce(numbers[1], sites: share(of: numbers[0], index))
            }
        case "steadily":
            for (index, lane) in lanes.enumerated() {
                await lane.stopWriting()
                let count = share(of: numbers[0], index)
                if count > 0 { await lane.writeSteadily(sites: count, every: .milliseconds(numbers[1])) }
            }
        case "lag":
            var lag = 0
            for lane in lanes { lag += await lane.lag }
            say("lag \(lag)")
        case "latencies":
            let (latencies, failures) = tally.take()
            for (reason, count) in failures { FileHandle.standardError.write(Data("\(count) × \(reason)\n".utf8)) }
            say("latencies " + latencies.map { String(format: "%.2f", $0) }.joined(separator: " "))
        case "live": say("live \(tally.live)")
        default: break
        }
    }

    private static func share(of count: Int, _ index: Int) -> Int {
        count / lanes + (index < count % lanes ? 1 : 0)
    }
}
