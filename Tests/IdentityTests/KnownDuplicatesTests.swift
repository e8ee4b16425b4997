import Foundation
import Identity
import Testing

/// Made-up people with known duplicates: `rec-N-org` and `rec-N-dup-K` are one person.
@Suite struct KnownDuplicatesTests {
    private static let file: String? = {
        let folder = ProcessInfo.processInfo.environment["HUIYIN_DATA"] ?? "../shared/data"
        let path = folder + "/customers.csv"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }()

    @Test(.enabled(if: file != nil, "customers.csv is not here: name its folder in $HUIYIN_DATA"))
    func proposalsArePreciseAndNearlyComplete() throws {
        let people = try Self.people(#require(Self.file))
        var pairs = LikelyPairs()
        for person in people { pairs.add(person) }
        let found = pairs.find()
        let right = found.count { Self.who($0.one) == Self.who($0.other) }
        var sizes: [Substring: Int] = [:]
        for person in people { sizes[Self.who(person.id), default: 0] += 1 }
        let all = sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        let (precision, recall) = (Double(right) / Double(max(found.count, 1)), Double(right) / Double(all))
        print(
            "likely pairs: \(found.count) proposed, \(right) right of \(all); precision \(precision), recall \(recall)")
        #expect(precision >= 0.99)
        #expect(recall >= 0.99)
    }

    private static func who(_ id: String) -> Substring { id.split(separator: "-")[1] }

    private static func people(_ path: String) throws -> [Person] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        return lines.map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            return Person(
                id: cells[0], names: [cells[1], cells[2]], addresses: Array(cells[3...8]), numbers: [cells[10]],
                birthday: cells[9])
        }
    }
}
