package import Handbooks
package import Logging
package import Records
package import ZeroMQ

/// Everything that an agent is told at its start. Read once, by `read(yaml:file:)`; a fault names its line, and a
/// configuration with faults is none.
///
/// ```yaml
/// site: A0                              # required
/// folder: /var/lib/huiyin               # required
/// time-zone: Asia/Shanghai              # the handbook's zone
/// headquarters:                         # none: the agent works alone and keeps everything
///   endpoints: [tcp://hq.example:7410]  # required; tried in turn
///   key: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"   # required; headquarters' CURVE key in Z85
/// keys:
///   curve: FOLDER/keys/curve            # this site's secret CURVE key, 40 characters of Z85
///   signing: FOLDER/keys/signing        # this site's secret Ed25519 key, 64 hexadecimal digits
///   organisation: FOLDER/keys/organisation  # the organisation's pseudonym key, 64 hexadecimal digits
///   headquarters: FOLDER/keys/headquarters  # what headquarters last said of how it is reached; written by the agent
///   rotate-after: 365d                  # none: the site's own keys are replaced when they are older
/// http:
///   listen: 127.0.0.1:8717              # off; a loopback address and a port, 0 for any
///   socket: FOLDER/agent.sock
/// users:                                # none: only the agent's own user and root, by the socket
///   - name: li                          # required
///     role: clerk                       # required: clerk, manager or read-only
///     token-file: /etc/huiyin/li.token  # or token-sha256: 64 hexadecimal digits
///     login: li                         # or uid: 1001
/// drop-folder: /var/spool/huiyin        # none
/// disk-reserve: 64MiB                   # new records are refused when less is free
/// handbook: property-management         # a bundled one's name, or a path to a YAML file
/// log-level: info                       # trace, debug, info, notice, warning, error, critical
/// ```
package struct AgentConfiguration: Sendable {
    package struct Headquarters: Sendable {
        /// At least one; tried in turn.
        package var endpoints: [String]
        package var key: CurvePublicKey
    }

    package struct Keys: Sendable {
        package var curve: String
        package var signing: String
        package var organisation: String
        /// Need not be there.
        package var headquarters: String

        package init(folder: String) {
            curve = folder + "/keys/curve"
            signing = folder + "/keys/signing"
            organisation = folder + "/keys/organisation"
            headquarters = folder + "/keys/headquarters"
        }
    }

    /// A TCP port on the loopback interface.
    package struct Listening: Hashable, Sendable {
        package var host: String
        /// 0: any that is free.
        package var port: Int
    }

    package var site: SiteID
    package var zone: TimeZoneRules
    /// Absolute, or relative to where the agent was started.
    package var folder: String
    package var headquarters: Headquarters?
    package var keys: Keys
    /// The site's keys are replaced when they are older; nil for never.
    package var keyRotation: Duration?
    /// Nil: no TCP.
    package var listening: Listening?
    package var socket: String
    package var users: [AgentUser]
    package var dropFolder: String?
    /// In bytes.
    package var diskReserve: UInt64
    /// Bytes that the log may use; beyond them it is trimmed.
    package var diskBudget: UInt64
    package var handbook: Handbook
    package var logLevel: Logger.Level

    /// All defaults, for a site in a folder.
    package init(site: SiteID, folder: String, handbook: Handbook = .standard) {
        self.site = site
        self.folder = folder
        self.handbook = handbook
        zone = handbook.zone
        keys = Keys(folder: folder)
        socket = folder + "/agent.sock"
        users = []
        diskReserve = 64 << 20
        diskBudget = 2 << 30
        logLevel = .info
    }

    /// Where an agent keeps its things when nobody says otherwise.
    package static let defaultFolder = "/var/lib/huiyin"
}
