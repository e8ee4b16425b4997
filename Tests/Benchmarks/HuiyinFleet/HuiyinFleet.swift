import Foundation
import Records
import Storage
import ZeroMQ

/// A fleet of real CURVE connections against one aggregator; built only where `HUIYIN_BENCHMARKS` is set. See fleet.py, which
/// runs it.
///
///     huiyin-fleet register FOLDER SITES FILE            makes keys into FILE and registers the sites in FOLDER's store
///     huiyin-fleet sites ENDPOINT KEY FILE FROM COUNT    runs so many of them; see FleetSites
@main
struct HuiyinFleet {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("register", 4): try register(folder: words[1], sites: Int(words[2]) ?? 0, file: words[3])
        case ("sites", 6):
            try await FleetSites.run(
                endpoint: words[1], headquarters: words[2], file: words[3], from: Int(words[4]) ?? 0,
                count: Int(words[5]) ?? 0)
        default:
            FileHandle.standardError.write(Data("usage: huiyin-fleet register|sites …; see fleet.py\n".utf8))
            exit(64)
        }
    }

    private static func register(folder: String, sites count: Int, file: String) throws {
        var random = SystemRandomNumberGenerator()
        let data = try DataFolder(folder)
        let store = try RecordStore(folder: data, using: &random)
        var lines = ""
        let epoch = Timestamp(milliseconds: 1_767_225_600_000)
        for number in 0..<count {
            let keys = try CurveKeyPair.generate()
            let signing = LogSigningKey()
            let id = "fleet-\(number)"
            try store.add(
                RegisteredSite(
                    id: SiteID(id), name: id, zone: .utc, curveKey: keys.publicKey.z85,
                    signingKey: signing.verifyingKey.hexadecimal, addedAt: epoch, expectedFrom: epoch))
            let identity = FleetIdentity(site: id, curve: keys.secretKey.z85, signing: signing.hexadecimal)
            lines += String(decoding: try JSONEncoder().encode(identity), as: UTF8.self) + "\n"
        }
        try Data(lines.utf8).write(to: URL(filePath: file))
        try store.close()
    }
}
