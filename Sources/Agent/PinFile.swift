import Foundation
import Glibc
import Platform
package import Records
import SwiftProtobuf
package import ZeroMQ

/// One way to headquarters: an endpoint, and the key that answers there.
package struct HeadquartersWay: Sendable, Hashable {
    package var endpoint: String
    package var key: CurvePublicKey

    package init(endpoint: String, key: CurvePublicKey) {
        self.endpoint = endpoint
        self.key = key
    }
}

/// What headquarters last said of how it is reached, kept beside the keys. The agent writes it; people write agent.yaml.
package struct PinFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Nil when headquarters has not said anything yet. Throws for a file that cannot be used.
    package func read() throws -> Pins? {
        guard access(path, F_OK) == 0 else { return nil }
        let text = try KeyFile.read(path)
        guard let data = Data(base64Encoded: text), let signed = try? SignedPins(serializedBytes: data),
            let pins = try? Pins(serializedBytes: signed.pins)  // damaged, for whatever reason
        else {
            throw KeyFile.Fault(
                path: path, reason: "it is damaged; remove it, and what agent.yaml says of headquarters holds")
        }
        return pins
    }

    /// Keeps what was said; the caller has verified it.
    package func write(_ signed: SignedPins) throws {
        try KeyFile.replace(path, try signed.serializedData().base64EncodedString())
    }

    /// Every way that there is: those that headquarters said first, then the configuration's.
    package func ways(besides configured: AgentConfiguration.Headquarters) throws -> [HeadquartersWay] {
        var ways = try read()?.usableWays ?? []
        for endpoint in configured.endpoints {
            let way = HeadquartersWay(endpoint: endpoint, key: configured.key)
            if !ways.contains(way) { ways.append(way) }
        }
        return ways
    }
}

extension Pins {
    /// The ways that this program can go.
    package var usableWays: [HeadquartersWay] {
        ways.compactMap { way in
            // A key of another length is of a later version.
            (try? CurvePublicKey(way.curveKey)).map { HeadquartersWay(endpoint: way.endpoint, key: $0) }
        }
    }
}
