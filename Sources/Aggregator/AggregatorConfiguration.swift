package import Handbooks
package import Logging
import Foundation
import Records
package import StrictYAML

/// What the aggregator is told in its file. Read once; every fault is reported at once with its line.
///
///     name: 总部                            # what the sites see; default: headquarters
///     folder: /var/lib/huiyin-headquarters  # required; made with mode 0700
///     listen: tcp://0.0.0.0:7410            # default tcp://127.0.0.1:7410
///     keys:                                 # each has its default below folder/keys
///       curve: …/headquarters.curve
///       signing: …/headquarters.signing
///     backup:
///       folder: /srv/huiyin-backups         # default: backups in the folder; another disk is better
///       keep-days: 14                       # the newest is kept whatever its age
///     handbook: property-management         # a bundled handbook's name, or a file; default property-management
///     log-level: info                       # trace, debug, info, notice, warning, error, critical
package struct AggregatorConfiguration: Sendable {
    package var name = "headquarters"
    package var folder: String
    package var listen = Self.standardEndpoint
    package var curveKey: String
    package var signingKey: String
    package var backupFolder: String
    package var keepBackupDays = 14
    package var handbook = "property-management"
    package var logLevel = Logger.Level.info

    package static let standardEndpoint = "tcp://127.0.0.1:7410"

    package init(folder: String) {
        self.folder = folder
        curveKey = folder + "/keys/headquarters.curve"
        signingKey = folder + "/keys/headquarters.signing"
        backupFolder = folder + "/backups"
    }

    /// Where headquarters' own log lies.
    package var ownLogFolder: String { folder + "/own" }

    /// Reads a file's text. Paths that are not absolute are taken from the file's own folder.
    package static func read(yaml text: String, file: String) throws(YAMLFaults) -> AggregatorConfiguration {
        let base = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let resolve = { (path: String) in path.hasPrefix("/") ? path : base + "/" + path }
        return try YAMLReader.read(text, file: file) { reader in
            reader.require("folder")
            var configuration = AggregatorConfiguration(folder: resolve(reader.string("folder") ?? ""))
            if let name = reader.string("name", limit: 128) { configuration.name = name }
            if let listen = reader.string("listen", limit: 256) {
                configuration.listen = listen
                if !listen.hasPrefix("tcp://") { reader.refuse("listen", "must be like tcp://0.0.0.0:7410") }
            }
            _ = reader.object("keys") { keys in
                if let path = keys.string("curve") { configuration.curveKey = resolve(path) }
                if let path = keys.string("signing") { configuration.signingKey = resolve(path) }
            }
            _ = reader.object("backup") { backup in
                if let path = backup.string("folder") { configuration.backupFolder = resolve(path) }
                if let days = backup.integer("keep-days", in: 1...3650) { configuration.keepBackupDays = days }
            }
            if let handbook = reader.string("handbook") {
                configuration.handbook = Handbook.bundledNames.contains(handbook) ? handbook : resolve(handbook)
            }
            let levels = Logger.Level.allCases.map { (word: $0.rawValue, value: $0) }
            if let level = reader.choice("log-level", of: levels) { configuration.logLevel = level }
            return configuration
        }
    }

    /// The handbook that it names: a bundled one, or a file's.
    package func readHandbook() throws -> Handbook {
        if let bundled = Handbook.bundled(named: handbook) { return bundled }
        let text = try String(contentsOfFile: handbook, encoding: .utf8)
        return try Handbook.read(yaml: text, file: handbook)
    }
}
