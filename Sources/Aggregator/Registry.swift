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
    private let registered = Mutex<(sites: [RegisteredSite], zones: [SiteID: TimeZoneRules])>(([], [:]))

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
        registered.withLock { $0 = (sites, Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.zone) })) }
        identities.withLock { $0 = loaded }
    }

    /// Who holds a key; nil for a stranger.
    package func identity(ofKey z85: String) -> Identity? { identities.withLock { $0[z85] } }

    /// Every branch that ever was registered, by id: what a revoked one wrote counts, and what it does not send is missing.
    package var sites: [RegisteredSite] { registered.withLock { $0.sites } }

    /// The zone of a registered site; nil for an unknown one.
    package func zone(of site: SiteID) -> TimeZoneRules? { registered.withLock { $0.zones[site] } }

    /// Decides on a handshake: the user id of a connection is its key.
    package func decide(_ key: CurvePublicKey) -> Authenticator.Decision {
        identity(ofKey: key.z85) == nil ? .deny : .allow(userID: key.z85)
    }
}
