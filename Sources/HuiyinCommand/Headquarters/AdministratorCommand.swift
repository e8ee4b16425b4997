import Aggregator
import ArgumentParser
import Foundation
import Platform
import ZeroMQ

struct AdministratorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "administrator", abstract: "Who may ask headquarters.",
        subcommands: [Init.self, Add.self, List.self, Revoke.self])

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and a configuration on an administrator's own machine.",
            discussion: """
                Nothing that is there is overwritten. Example:
                  huiyin administrator init --folder ~/.config/huiyin --headquarters tcp://hq.example:7410 --key …
                """)

        @Option(help: "Where admin.yaml and the key go.")
        var folder: String

        @Option(help: "Headquarters' endpoint.")
        var headquarters: String

        // Taken as it is, since a key may begin with a hyphen.
        @Option(parsing: .unconditional, help: "Headquarters' public key, Z85; `huiyin aggregator init` printed it.")
        var key: String

        func run() throws {
            do { _ = try CurvePublicKey(z85: key) } catch { throw CommandFailure("--key: \(error)") }
            let folder = URL(fileURLWithPath: folder).path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let file = folder + "/admin.yaml"
            guard !FileManager.default.fileExists(atPath: file) else {
                throw CommandFailure("\(file) is there already")
            }
            let pair = try CurveKeyPair.generate()
            try KeyFile.create(folder + "/admin.curve", pair.secretKey.z85)
            let quoted = "\"" + key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            let text = "headquarters:\n  endpoint: \(headquarters)\n  key: \(quoted)\nkey-file: admin.curve\n"
            guard
                FileManager.default.createFile(
                    atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            else { throw CommandFailure("\(file) cannot be written") }
            Console.line("at headquarters: huiyin administrator add NAME --curve-key '\(pair.publicKey.z85)'")
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a key ask headquarters.",
            discussion: """
                The same name again replaces the key and the rights. Examples:
                  huiyin administrator add quality-office --curve-key '…'
                  huiyin administrator add dashboard --curve-key '…' --rights read-only
                """)

        @Argument(help: "Whose key it is.")
        var name: String

        // Taken as it is, since a key may begin with a hyphen.
        @Option(parsing: .unconditional, help: "CURVE public key, Z85; `huiyin administrator init` printed it.")
        var curveKey: String

        @Option(help: "full, or read-only: asks and follows, changes nothing.")
        var rights = "full"

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let entry = AdministratorEntry(name: name, curveKey: curveKey, rights: rights)
                let added = try link.request("administrator.add", entry, as: AdministratorEntry.self)
                Console.line(Console.say("已登记管理员 \(added.name)", "administrator \(added.name) is registered"))
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Whose keys are good, and for what.")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let data = try link.requestData("administrator.list", NoArguments())
                if json { return Console.line(String(decoding: data, as: UTF8.self)) }
                var table = TextTable([
                    Console.say("管理员", "name"), Console.say("权限", "rights"), Console.say("公钥", "key"),
                ])
                for entry in try JSONDecoder().decode([AdministratorEntry].self, from: data) {
                    table.add([entry.name, entry.rights ?? "full", entry.curveKey])
                }
                for line in table.lines() { Console.line(line) }
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse an administrator's key from now on, on living connections too.",
            discussion: "Example:\n  huiyin administrator revoke quality-office")

        @Argument(help: "Whose key it is.")
        var name: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let revoked = try link.request(
                    "administrator.revoke", AdministratorReference(name: name), as: AdministratorReference.self)
                Console.line(
                    Console.say("已吊销管理员 \(revoked.name) 的密钥", "the key of administrator \(revoked.name) is revoked"))
            }
        }
    }
}
