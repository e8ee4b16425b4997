package import Embeddings
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
///     endpoints: [tcp://hq.example:7410]    # where sites reach it; default: listen, unless that is every address
///     enrolment:                            # where strangers present their codes
///       listen: tcp://0.0.0.0:7411          # or off; default: listen's address, the port after it
///       endpoints: [tcp://hq.example:7411]  # default: the hosts of endpoints, the port of enrolment.listen
///     rotation:                             # where the new key is served while headquarters' key is replaced
///       listen: tcp://0.0.0.0:7412          # default: listen's address, the second port after it
///       endpoints: [tcp://hq.example:7412]  # default: the hosts of endpoints, the port of rotation.listen
///     metrics:                              # none: nobody is told
///       listen: 127.0.0.1:9410              # required; a loopback address and a port
///       token-file: /etc/huiyin/metrics     # required; mode 0600, 16 characters at least
///     keys:                                 # each has its default below folder/keys
///       curve: …/headquarters.curve
///       signing: …/headquarters.signing
///       organisation: …/organisation.key
///     backup:
///       folder: /srv/huiyin-backups         # default: backups in the folder; another disk is better
///       keep-days: 14                       # the newest is kept whatever its age
///     handbook: property-management         # a bundled handbook's name, or a file; default property-management
///     recurrence:                           # none: texts are compared by their words alone
///       embeddings: http://127.0.0.1:8000/v1  # a model of language that speaks OpenAI's /embeddings
///       model: default                      # which of its models
///       token-file: /etc/huiyin/embeddings  # where it asks for a token; mode 0600
///     feed-file:                            # none: the feed is followed with `huiyin tail` alone
///       path: /var/log/huiyin/feed.ndjson   # required; `tail -F` follows it
///       rotate-mib: 64                      # when it would be larger it is renamed to .1
///       keep: 5                             # how many old ones are kept; 1 at least
///     deliveries:                           # none: nothing is sent
///       - name: service-group               # required, unique
///         form: wecom                       # required: wecom, dingtalk, feishu, slack, json or mail
///         address-file: /etc/huiyin/wecom   # required but for mail: the webhook's address; mode 0600
///         secret-file: /etc/huiyin/sign     # none: unsigned; signs dingtalk, feishu and json
///         to: [quality@example.com]         # required for mail
///         language: zh-CN                   # or en
///         grade: hot                        # none: whatever it has; else only what has this grade at least
///         kinds: [flag, digest]             # these four: none: all of them
///         sites: [riverside]
///         categories: [leaks]
///         departments: [engineering]
///         quiet-hours: 22:00-07:00          # held back and sent together afterwards, but for what is critical
///     log-level: info                       # trace, debug, info, notice, warning, error, critical
package struct AggregatorConfiguration: Sendable {
    /// Where metrics are told, and to whom.
    package struct Metrics: Sendable {
        package var host: String
        package var port: Int
        package var tokenFile: String
    }

    /// Where the feed is written as a file.
    package struct FeedFileSettings: Sendable {
        package var path: String
        package var mostBytes = 64 << 20
        package var kept = 5
    }

    package var name = "headquarters"
    package var folder: String
    package var listen = Self.standardEndpoint
    /// Where sites reach it; empty when that is not known.
    package var endpoints: [String] = []
    /// Nil: nobody enrols by a code.
    package var enrolmentListen: String?
    /// Empty: the hosts of `endpoints`.
    package var enrolmentEndpoints: [String] = []
    /// Where the new key is served during a rotation.
    package var rotationListen: String?
    /// Empty: the hosts of `endpoints`.
    package var rotationEndpoints: [String] = []
    package var metrics: Metrics?
    package var curveKey: String
    package var signingKey: String
    package var backupFolder: String
    package var keepBackupDays = 14
    /// A model that is asked what texts mean; nil: nobody is.
    package var embeddings: (endpoint: EmbeddingEndpoint, tokenFile: String?)?
    package var organisationKey: String
    package var feedFile: FeedFileSettings?
    package var deliveries: [DeliveryTarget] = []
    package var handbook = "property-management"
    package var logLevel = Logger.Level.info

    package static let standardEndpoint = "tcp://127.0.0.1:7410"

    package init(folder: String) {
        self.folder = folder
        curveKey = folder + "/keys/headquarters.curve"
        signingKey = folder + "/keys/headquarters.signing"
        backupFolder = folder + "/backups"
        organisationKey = folder + "/keys/organisation.key"
        enrolmentListen = TCPEndpoint(listen)?.nextPort.text
        rotationListen = TCPEndpoint(listen)?.nextPort.nextPort.text
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
                if TCPEndpoint(listen) == nil { reader.refuse("listen", "must be like tcp://0.0.0.0:7410") }
            }
            let listen = TCPEndpoint(configuration.listen)
            let isEndpoint = { (text: String) in TCPEndpoint(text).flatMap { $0.isWildcard ? nil : text } }
            let example = "endpoints such as tcp://hq.example:7410"
            configuration.endpoints =
                reader.values("endpoints", expected: example, isEndpoint)
                ?? listen.flatMap { $0.isWildcard ? nil : [$0.text] } ?? []
            configuration.enrolmentListen = listen?.nextPort.text
            _ = reader.object("enrolment") { enrolment in
                let expected = "off, or an address such as tcp://0.0.0.0:7411"
                if let text = enrolment.value(
                    "listen", expected: expected, { $0 == "off" || TCPEndpoint($0) != nil ? $0 : nil })
                {
                    configuration.enrolmentListen = text == "off" ? nil : text
                }
                configuration.enrolmentEndpoints =
                    enrolment.values("endpoints", expected: example, isEndpoint) ?? []
            }
            configuration.rotationListen = listen?.nextPort.nextPort.text
            _ = reader.object("rotation") { rotation in
                let expected = "an address such as tcp://0.0.0.0:7412"
                let listen = rotation.value("listen", expected: expected) { TCPEndpoint($0)?.text }
                configuration.rotationListen = listen ?? configuration.rotationListen
                configuration.rotationEndpoints = rotation.values("endpoints", expected: example, isEndpoint) ?? []
            }
            _ = reader.object("metrics") { metrics in
                metrics.require("listen", "token-file")
                let token = metrics.string("token-file").map(resolve) ?? ""
                let expected = "a loopback address and a port such as 127.0.0.1:9410"
                configuration.metrics = metrics.value("listen", expected: expected) { text in
                    guard let endpoint = TCPEndpoint("tcp://" + text), endpoint.port > 0,
                        ["127.0.0.1", "localhost", "[::1]"].contains(endpoint.host)
                    else { return nil }
                    let host = endpoint.host == "[::1]" ? "::1" : "127.0.0.1"
                    return Metrics(host: host, port: endpoint.port, tokenFile: token)
                }
            }
            _ = reader.object("keys") { keys in
                if let path = keys.string("curve") { configuration.curveKey = resolve(path) }
                if let path = keys.string("signing") { configuration.signingKey = resolve(path) }
                if let path = keys.string("organisation") { configuration.organisationKey = resolve(path) }
            }
            _ = reader.object("backup") { backup in
                if let path = backup.string("folder") { configuration.backupFolder = resolve(path) }
                if let days = backup.integer("keep-days", in: 1...3650) { configuration.keepBackupDays = days }
            }
            if let handbook = reader.string("handbook") {
                configuration.handbook = Handbook.bundledNames.contains(handbook) ? handbook : resolve(handbook)
            }
            _ = reader.object("recurrence") { recurrence in
                recurrence.require("embeddings")
                let model = recurrence.string("model", limit: 256) ?? EmbeddingEndpoint.anyModel
                let token = recurrence.string("token-file").map(resolve)
                let expected =
                    "an address such as http://127.0.0.1:8000/v1 (https is not spoken: put a proxy beside it)"
                configuration.embeddings = recurrence.value("embeddings", expected: expected) {
                    EmbeddingEndpoint($0, model: model)
                }.map { ($0, token) }
            }
            _ = reader.object("feed-file") { file in
                file.require("path")
                var settings = FeedFileSettings(path: resolve(file.string("path") ?? "feed.ndjson"))
                if let size = file.integer("rotate-mib", in: 1...65_536) { settings.mostBytes = size << 20 }
                if let kept = file.integer("keep", in: 1...1000) { settings.kept = kept }
                configuration.feedFile = settings
            }
            configuration.deliveries = reader.objects("deliveries") { DeliveryTarget(&$0, resolve) } ?? []
            let names = configuration.deliveries.map(\.name)
            if Set(names).count < names.count { reader.refuse("deliveries", "two of them have one name") }
            let levels = Logger.Level.allCases.map { (word: $0.rawValue, value: $0) }
            if let level = reader.choice("log-level", of: levels) { configuration.logLevel = level }
            return configuration
        }
    }

    /// Where sites reach the exchange.
    /// - Parameter bound: where it listens, with the real port.
    func endpoints(of bound: String) -> [String] {
        guard let port = TCPEndpoint(bound)?.port else { return endpoints }
        return endpoints.map { text in
            TCPEndpoint(text).flatMap { $0.port == 0 ? $0.with(port: port).text : nil } ?? text
        }
    }

    /// Where the new key is served during a rotation.
    func rotationEndpoints(of bound: String, exchange: String) -> [String] {
        guard rotationEndpoints.isEmpty else { return rotationEndpoints }
        guard let port = TCPEndpoint(bound)?.port else { return [] }
        return endpoints(of: exchange).compactMap { TCPEndpoint($0)?.with(port: port).text }
    }

    /// Where strangers are heard: what is configured, else the hosts of the exchange's endpoints.
    func enrolmentEndpoints(of bound: String, exchange: String) -> [String] {
        guard enrolmentEndpoints.isEmpty else { return enrolmentEndpoints }
        guard let port = TCPEndpoint(bound)?.port else { return [] }
        return endpoints(of: exchange).compactMap { TCPEndpoint($0)?.with(port: port).text }
    }

    /// The handbook that it names: a bundled one, or a file's.
    package func readHandbook() throws -> Handbook {
        if let bundled = Handbook.bundled(named: handbook) { return bundled }
        let text = try String(contentsOfFile: handbook, encoding: .utf8)
        return try Handbook.read(yaml: text, file: handbook)
    }
}
