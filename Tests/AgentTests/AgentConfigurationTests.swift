import Foundation
import Handbooks
import Records
import StrictYAML
import Testing
import ZeroMQ

@testable import Agent

@Suite struct AgentConfigurationTests {
    private static let key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    private func faults(_ text: String) throws -> [String] {
        do {
            _ = try AgentConfiguration.read(yaml: text, file: "/etc/huiyin/agent.yaml")
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func whatIsNotSaidHasItsDefault() throws {
        let configuration = try AgentConfiguration.read(yaml: "site: A0\nfolder: /srv/h\n", file: "agent.yaml")
        #expect(configuration.site.text == "A0")
        #expect(configuration.socket == "/srv/h/agent.sock")
        #expect(configuration.keys.organisation == "/srv/h/keys/organisation")
        #expect(configuration.listening == nil)
        #expect(configuration.headquarters == nil)
        #expect(configuration.diskReserve == 64 << 20)
        #expect(configuration.zone == configuration.handbook.zone)
    }

    @Test func everythingCanBeSaid() throws {
        let digest = String(repeating: "ab", count: 32)
        let configuration = try AgentConfiguration.read(
            yaml: """
                site: A0
                folder: data
                time-zone: Europe/Berlin
                headquarters: {endpoints: ["tcp://a:1", "tcp://b:2"], key: '\(Self.key)'}
                keys: {curve: k/c, signing: /k/s}
                http: {listen: "[::1]:8717", socket: /run/h.sock}
                users:
                  - {name: 李, role: clerk, token-sha256: \(digest)}
                  - {name: root, role: read-only, login: root}
                drop-folder: drop
                disk-reserve: 2GiB
                handbook: property-management
                log-level: debug
                """, file: "/etc/huiyin/agent.yaml")
        #expect(configuration.folder == "/etc/huiyin/data")
        #expect(configuration.zone.name == "Europe/Berlin")
        #expect(configuration.headquarters?.endpoints == ["tcp://a:1", "tcp://b:2"])
        #expect(configuration.keys.curve == "/etc/huiyin/k/c")
        #expect(configuration.keys.signing == "/k/s")
        #expect(configuration.listening == AgentConfiguration.Listening(host: "::1", port: 8717))
        #expect(configuration.users.map(\.role) == [.clerk, .readOnly])
        #expect(configuration.users[0].tokenDigest == [UInt8](repeating: 0xAB, count: 32))
        #expect(configuration.users[1].uid == 0)
        #expect(configuration.diskReserve == 2 << 30)
    }

    @Test func aTypoNamesItsLineAndWhatWasMeant() throws {
        let found = try faults("site: A0\nfoldr: /srv/h\nfolder: /srv\nhttp:\n  lisen: off\n")
        #expect(found.count == 2)
        #expect(found[0].hasPrefix("/etc/huiyin/agent.yaml:2:1: foldr: there is no such key"))
        #expect(found[1].hasPrefix("/etc/huiyin/agent.yaml:5:3: http.lisen:"))
        #expect(found[1].contains("is listen meant?"))
    }

    @Test func allFaultsComeAtOnce() throws {
        let found = try faults(
            """
            site: "-"
            time-zone: Mars/Olympus
            headquarters: {endpoints: [hq], key: short}
            http: {listen: "0.0.0.0:80"}
            users: [{name: a, role: boss, token-sha256: xy}, {name: b, role: clerk}]
            disk-reserve: lots
            handbook: nothing
            log-level: loud
            """)
        for part in [
            "folder: is missing", "site:", "time-zone:", "endpoints[0]", "headquarters.key", "http.listen",
            "users[0].role",
            "users[0].token-sha256", "users[1].name", "disk-reserve", "handbook", "log-level",
        ] {
            #expect(found.contains { $0.contains(part) }, "\(part)")
        }
    }

    @Test func aTokenFileThatOthersCanReadIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("token", "0123456789abcdef0123456789abcdef")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file("token"))
        let text = "site: A\nfolder: /srv\nusers: [{name: a, role: clerk, token-file: \(folder.file("token"))}]\n"
        #expect(try faults(text).first?.contains("chmod 600") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("token"))
        #expect(try faults(text).isEmpty)
    }

    @Test func whatInitMakesCanBeRead() throws {
        let folder = try TemporaryFolder()
        var setup = AgentSetup(site: try SiteID("A0"), folder: folder.file("a"))
        setup.zone = TimeZoneRules("Asia/Shanghai")
        setup.headquarters = (["tcp://hq:7410"], "a'b" + String(repeating: "0", count: 37))
        let made = try setup.make()
        let text = try String(contentsOfFile: made.configuration, encoding: .utf8)
        #expect(text.contains("key: 'a''b0"))
        setup.headquarters = (["tcp://hq:7410"], Self.key)
        setup.folder = folder.file("b")
        setup.organisationKey = folder.file("a/keys/organisation")
        let second = try setup.make()
        #expect(!second.isOrganisationKeyNew)
        let configuration = try AgentConfiguration.read(file: second.configuration)
        let keys = try AgentKeys(configuration.keys)
        #expect(keys.curve.publicKey.z85 == second.curve)
        #expect(keys.signing.verifyingKey.hexadecimal == second.signing)
        #expect(try folder.read("a/keys/organisation") == folder.read("b/keys/organisation"))
        #expect(throws: AgentSetup.Fault.self) { try setup.make() }
    }
}
