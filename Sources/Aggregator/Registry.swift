package import Records
package import Storage
import Synchronization
package import ZeroMQ

/// Who may speak to headquarters, by CURVE key: asked at each handshake and again for each message, so that a revocation
/// bites on a live connection.
package final class Registry: Sendable {
    package enum Identity: Sendable, Equatable {
        case site(RegisteredSite)
        case administrator(Administrator)
        /// A key of a site that is revoked: it is told so and nothing else, and nothing that it sends is read.
        case revoked(SiteID)
    }

    private let identities = Mutex<[String: Identity]>([:])
    /// Of every site that ever was registered, as its records stay.
    private let zones = Mutex<[SiteID: TimeZoneRules]>([:])

    package init() {}

    /// Takes over what the store knows.
    package func load(from store: RecordStore) throws {
        var loaded: [String: Identity] = [:]
        for administrator in try store.administrators() {
            loaded[administrator.curveKey] = .administrator(administrator)
        }
        let sites = try store.sites()
        for site in sites {
            for key in site.keys where key.retiredAt == nil {
                loaded[key.curveKey] = site.revokedAt == nil ? .site(site) : .revoked(site.id)
            }
        }
        zones.withLock { $0 = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.zone) }) }
        identities.withLock { $0 = loaded }
    }

    /// Who holds a key; nil for a stranger.
    package func identity(ofKey z85: String) -> Identity? { identities.withLock { $0[z85] } }

    /// The registered sites that are not revoked, by id.
    package var sites: [RegisteredSite] {
        identities.withLock { identities in
            identities.values.compactMap { identity in
                if case .site(let site) = identity { site } else { nil }
            }
        }.sorted { $0.id < $1.id }
    }

    /// The zone of a registered site; nil for an unknown one.
    package func zone(of site: SiteID) -> TimeZoneRules? { zones.withLock { $0[site] } }

    /// Decides on a handshake: the user id of a connection is its key.
    package func decide(_ key: CurvePublicKey) -> Authenticator.Decision {
        identity(ofKey: key.z85) == nil ? .deny : .allow(userID: key.z85)
    }
}
