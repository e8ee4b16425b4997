import Foundation
import Glibc
import Handbooks
import Logging
import Platform
import Records
package import StrictYAML
import ZeroMQ

extension AgentConfiguration {
    /// Reads a configuration, and the handbook and token files that it names.
    /// - Parameter file: its name, for the faults; relative paths in it are meant from its folder.
    /// - Throws: every fault at once, each with its line.
    package static func read(yaml text: String, file: String) throws(YAMLFaults) -> AgentConfiguration {
        let base = URL(fileURLWithPath: file).deletingLastPathComponent().path
        return try YAMLReader.read(text, file: file) { reader in AgentConfiguration(&reader, base: base) }
    }

    /// Reads a configuration file.
    package static func read(file: String) throws -> AgentConfiguration {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            let reason = "cannot be read: \(error.localizedDescription); `huiyin agent init` makes one"
            throw YAMLFaults([YAMLFault(file: file, line: 0, column: 0, path: "", reason: reason)])
        }
        return try read(yaml: text, file: file)
    }

    private init(_ reader: inout YAMLReader, base: String) {
        let paths = PathReader(base: base)
        reader.require("site", "folder")
        let site = reader.value("site", expected: "1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit") {
            try? SiteID($0)  // the reason is the one that is expected
        }
        let folder = paths.path("folder", &reader) ?? ""
        let handbook = Self.handbook(&reader, paths)
        // A configuration without a site is refused, so that the placeholder is never used.
        self.init(site: site ?? SiteID.unread, folder: folder, handbook: handbook)
        if let zone = reader.value(
            "time-zone", expected: "a zone of the time zone database, such as Asia/Shanghai",
            {
                TimeZoneRules($0)
            })
        {
            self.zone = zone
        }
        headquarters = reader.object("headquarters") { Headquarters(&$0) } ?? nil
        reader.object("keys") { reader in
            keys.curve = paths.path("curve", &reader) ?? keys.curve
            keys.signing = paths.path("signing", &reader) ?? keys.signing
            keys.organisation = paths.path("organisation", &reader) ?? keys.organisation
            keyRotation = reader.duration("rotate-after", in: .seconds(86_400)...YAMLReader.greatestDuration)
            keys.headquarters = paths.path("headquarters", &reader) ?? keys.headquarters
        }
        reader.object("http") { reader in
            listening = Self.listening(&reader)
            socket = paths.path("socket", &reader) ?? socket
            if socket.utf8.count > Self.socketPathLimit {
                reader.refuse("socket", "has \(socket.utf8.count) bytes; Unix sockets take \(Self.socketPathLimit)")
            }
        }
        users = reader.objects("users") { AgentUser(&$0, paths) } ?? []
        checkUsers(&reader)
        dropFolder = paths.path("drop-folder", &reader)
        diskReserve =
            reader.value("disk-reserve", expected: "a size such as 64MiB or 2GiB", Self.bytes) ?? diskReserve
        diskBudget = reader.value("disk-budget", expected: "a size such as 64MiB or 2GiB", Self.bytes) ?? diskBudget
        logLevel = reader.choice("log-level", of: Logger.Level.self) ?? logLevel
    }

    /// What `sun_path` holds, without its final zero.
    private static let socketPathLimit = 107

    private static func handbook(_ reader: inout YAMLReader, _ paths: PathReader) -> Handbook {
        guard let name = reader.string("handbook", limit: 4096) else { return .standard }
        if let bundled = Handbook.bundled(named: name) { return bundled }
        guard name.contains("/") || name.hasSuffix(".yaml") else {
            let names = Handbook.bundledNames.joined(separator: ", ")
            reader.refuse("handbook", "there is no bundled handbook of that name; there is \(names), or give a path")
            return .standard
        }
        let path = paths.absolute(name)
        do {
            return try Handbook.read(yaml: String(contentsOfFile: path, encoding: .utf8), file: path)
        } catch let faults as YAMLFaults {
            reader.refuse("handbook", "has faults:\n\(faults)")
        } catch {
            reader.refuse("handbook", "\(path) cannot be read: \(error.localizedDescription)")
        }
        return .standard
    }

    private static func listening(_ reader: inout YAMLReader) -> Listening? {
        reader.value("listen", expected: "off, or a loopback address and a port such as 127.0.0.1:8717") {
            text -> Listening?? in
            if text == "off" { return .some(nil) }
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                return nil
            }
            let host = text[..<colon]
            guard ["127.0.0.1", "localhost", "[::1]"].contains(host) else { return nil }
            return .some(Listening(host: host == "[::1]" ? "::1" : "127.0.0.1", port: Int(port)))
        } ?? nil
    }

    private func checkUsers(_ reader: inout YAMLReader) {
        var names: Set<String> = []
        var uids: Set<UInt32> = []
        var digests: Set<[UInt8]> = []
        for (index, user) in users.enumerated() {
            if !names.insert(user.name).inserted {
                reader.refuse("users", at: index, "a user of that name stands above")
            }
            if let uid = user.uid, !uids.insert(uid).inserted {
                reader.refuse("users", at: index, "another user has the user id \(uid)")
            }
            if let digest = user.tokenDigest, !digests.insert(digest).inserted {
                reader.refuse("users", at: index, "another user has the same token")
            }
        }
    }

    /// Bytes of `64MiB`, `2GiB`, `500kB` or `1000000`; nil for anything else.
    private static func bytes(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [String: UInt64] = [
            "": 1, "B": 1, "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000, "KiB": 1 << 10,
            "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        ]
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard let number = UInt64(digits), let factor = units[unit] else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : bytes
    }
}

extension AgentConfiguration.Headquarters {
    fileprivate init?(_ reader: inout YAMLReader) {
        reader.require("endpoints", "key")
        let endpoints = reader.values("endpoints", expected: "an endpoint such as tcp://hq.example:7410") { text in
            text.hasPrefix("tcp://") && text.dropFirst(6).contains(":") ? text : nil
        }
        if endpoints?.isEmpty == true { reader.refuse("endpoints", "has no endpoint") }
        let key = reader.value("key", expected: "a CURVE key: 40 characters of Z85, in quotes") {
            try? CurvePublicKey(z85: $0)  // the reason is the one that is expected
        }
        guard let endpoints, let key else { return nil }
        self.init(endpoints: endpoints, key: key)
    }
}

extension AgentUser {
    fileprivate init(_ reader: inout YAMLReader, _ paths: PathReader) {
        reader.require("name", "role")
        self.init(name: reader.string("name", limit: 128) ?? "", role: reader.choice("role") ?? .readOnly)
        uid = reader.integer("uid", in: 0...Int(UInt32.max)).map(UInt32.init)
        if let login = reader.string("login", limit: 256) {
            if reader.has("uid") { reader.refuse("login", "stands beside uid; give one of them") }
            guard let entry = getpwnam(login) else {
                reader.refuse("login", "this machine has no such user")
                return
            }
            uid = entry.pointee.pw_uid
        }
        readToken(&reader, paths)
        if uid == nil, tokenDigest == nil, !reader.has("token-file"), !reader.has("token-sha256") {
            reader.refuse(
                "name", "has neither a token-file or token-sha256 nor a login or uid; nobody could be that user")
        }
    }

    private mutating func readToken(_ reader: inout YAMLReader, _ paths: PathReader) {
        tokenDigest = reader.value("token-sha256", expected: "64 hexadecimal digits") { text in
            Hexadecimal.bytes(text).flatMap { $0.count == 32 ? $0 : nil }
        }
        guard let path = paths.path("token-file", &reader) else { return }
        if reader.has("token-sha256") { reader.refuse("token-file", "stands beside token-sha256; give one of them") }
        do {
            let token = try KeyFile.read(path)
            guard token.utf8.count >= 16 else {
                return reader.refuse("token-file", "its token is too short; 16 characters are the least")
            }
            tokenDigest = Self.digest(ofToken: token)
        } catch {
            reader.refuse("token-file", "\(error)")
        }
    }
}

/// Reads paths; relative ones are meant from the configuration's folder.
private struct PathReader {
    let base: String

    func path(_ key: String, _ reader: inout YAMLReader) -> String? {
        reader.string(key, limit: 4096).map(absolute)
    }

    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: base).appendingPathComponent(path).path
    }
}

extension SiteID {
    /// Stands where none could be read; the faults keep it from ever being used.
    // "unread" is well formed.
    fileprivate static var unread: SiteID { try! SiteID("unread") }
}
