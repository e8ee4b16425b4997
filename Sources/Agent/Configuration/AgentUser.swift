import Crypto
import Records

/// Somebody who may speak to the agent. What they hand in carries their name.
package struct AgentUser: Hashable, Sendable {
    package enum Role: String, Sendable, CaseIterable {
        /// Writes records and reads the site's own, names and texts included.
        case clerk
        /// The same, and seals months.
        case manager
        /// Reads states and facts, without names and texts.
        case readOnly = "read-only"

        var mayWrite: Bool { self != .readOnly }
        var maySeal: Bool { self == .manager }
        var seesPersonal: Bool { self != .readOnly }

        /// As their records say it.
        var inRecords: Facts.Role {
            switch self {
            case .clerk: .clerk
            case .manager: .manager
            case .readOnly: .unspecified
            }
        }
    }

    /// What stands as the author of their records.
    package var name: String
    package var role: Role
    /// SHA-256 of their token, for TCP; 32 bytes. Nil: they come by the Unix socket only.
    package var tokenDigest: [UInt8]?
    /// Their user id on this machine, for the Unix socket.
    package var uid: UInt32?

    package init(name: String, role: Role, tokenDigest: [UInt8]? = nil, uid: UInt32? = nil) {
        self.name = name
        self.role = role
        self.tokenDigest = tokenDigest
        self.uid = uid
    }

    /// SHA-256 of a token, as the configuration may keep it.
    package static func digest(ofToken token: some StringProtocol) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}
