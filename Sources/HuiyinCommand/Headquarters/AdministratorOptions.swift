import ArgumentParser
import Foundation
import Aggregator

/// Options of every command that asks headquarters.
struct AdministratorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Administrator's configuration.", discussion: "Default: $HUIYIN_ADMIN, else ~/.config/huiyin/admin.yaml.",
            valueName: "file"))
    var admin: String?

    func withLink<Value>(_ body: (AdministratorLink) throws -> Value) throws -> Value {
        let file = admin ?? AdministratorConfiguration.standardFile
        let link = try AdministratorLink.open(AdministratorConfiguration.read(file))
        defer { link.close() }
        return try body(link)
    }
}

/// An empty JSON object.
struct NoArguments: Codable {}
