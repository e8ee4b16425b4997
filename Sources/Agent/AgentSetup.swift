import Foundation
import Glibc
import Platform
package import Records
import ZeroMQ

/// Makes the folder, keys, token and configuration of a new agent. Replaces nothing.
package struct AgentSetup {
    package var site: SiteID
    package var folder: String
    package var zone: TimeZoneRules?
    /// Headquarters' endpoints and CURVE key.
    package var headquarters: (endpoints: [String], key: String)?
    /// A file with the organisation's key; nil makes a new one.
    package var organisationKey: String?

    package init(site: SiteID, folder: String) {
        self.site = site
        self.folder = folder
    }

    /// What was made, and what headquarters must be told.
    package struct Made {
        package var configuration: String
        package var token: String
        /// The public CURVE key in Z85.
        package var curve: String
        /// The public Ed25519 key, 64 hexadecimal digits.
        package var signing: String
        /// Whether the organisation's key is a new one, that the other sites do not have.
        package var isOrganisationKeyNew: Bool
    }

    /// Why nothing was made.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    package func make() throws -> Made {
        let configuration = folder + "/agent.yaml"
        let keys = AgentConfiguration.Keys(folder: folder)
        let token = folder + "/keys/token"
        for path in [configuration, keys.curve, keys.signing, keys.organisation, token, folder + "/log.sqlite"]
        where access(path, F_OK) == 0 {
            throw Fault(
                description: "\(path) is there already; an agent's keys and log are not replaced. Choose another folder"
            )
        }
        let organisation = try organisationKey.map { try KeyFile.read($0) }
        if let organisation, Hexadecimal.bytes(organisation)?.count != 32 {
            throw Fault(
                description: "key file \(organisationKey ?? ""): the organisation's key is 64 hexadecimal digits")
        }
        try FileManager.default.createDirectory(
            atPath: folder + "/keys", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let curve = try CurveKeyPair.generate()
        let signing = LogSigningKey()
        try KeyFile.create(keys.curve, curve.secretKey.z85)
        try KeyFile.create(keys.signing, Hexadecimal.text(signing.bytes))
        try KeyFile.create(keys.organisation, organisation ?? Self.secret())
        try KeyFile.create(token, Self.secret())
        // Last: it names what is there by then.
        try KeyFile.create(configuration, text)
        return Made(
            configuration: configuration, token: token, curve: curve.publicKey.z85,
            signing: signing.verifyingKey.hexadecimal,
            isOrganisationKeyNew: organisation == nil)
    }

    /// 32 random bytes as hexadecimal digits.
    static func secret() -> String {
        var random = SystemRandomNumberGenerator()
        return Hexadecimal.text((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// The text of agent.yaml.
    var text: String {
        let login = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "clerk"
        let link =
            headquarters.map {
                """
                headquarters:
                  endpoints: [\($0.endpoints.map { "\"\($0)\"" }.joined(separator: ", "))]
                  key: '\($0.key.replacing("'", with: "''"))'

                """
            }
                ?? """
                # Without headquarters the agent works alone and keeps everything.
                # headquarters:
                #   endpoints: ["tcp://hq.example:7410"]
                #   key: 'forty characters of Z85'

                """
        return """
            # An agent of Huiyin 回音. `huiyin agent run --config` checks it; an unknown key is refused.
            site: \(site)
            folder: "\(folder)"
            \(zone.map { "time-zone: \($0)" } ?? "# time-zone: Asia/Shanghai   # by default the handbook's")
            \(link)http:
              # By the Unix socket this machine's users are known by themselves; by TCP they need a token.
              listen: 127.0.0.1:8717
            users:
              # 用户：clerk 录入，manager 另可封账，read-only 只看数字
              - name: "\(login)"
                role: manager
                uid: \(geteuid())
                token-file: "\(folder)/keys/token"
            # drop-folder: "\(folder)/drop"
            # handbook: property-management
            # disk-reserve: 64MiB
            # disk-budget: 2GiB
            # log-level: info
            """
    }
}
