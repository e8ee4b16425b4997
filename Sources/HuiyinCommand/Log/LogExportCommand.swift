import ArgumentParser
import Foundation
import Platform
import Records
import Replication
import Storage

struct LogExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a site's log into one file that can be carried.",
        discussion: """
            The file holds entries, the site's signatures and what the epochs are, and needs nothing else. It holds customers'
            words, too: carry it like the records themselves. From a branch's folder the batches are signed with the branch's key.
            Examples:
              huiyin log export /var/lib/huiyin /media/usb/north.huiyinlog --unacknowledged
              huiyin log export /var/lib/huiyin-headquarters riverside.huiyinlog --site riverside
            """)

    @OptionGroup var source: LogSourceArgument

    @Argument(help: "The file to write; nothing is replaced.")
    var file: String

    @Option(help: "Whose log, at headquarters.")
    var site: String?

    @Flag(help: "Only what headquarters is not known to have.")
    var unacknowledged = false

    @Option(help: "The branch's signing key (default: keys/signing in the folder).")
    var signingKey: String?

    @Flag(help: "As JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        var file: String
        var site: String
        var entries: UInt64
        var damaged: UInt64
        var leftOut: UInt64
    }

    func run() throws {
        let inspection = try LogInspection(source.source)
        defer { inspection.close() }
        let (owner, signing) = try ownerAndKeys(inspection)
        var after: (epoch: Epoch, sequence: SequenceNumber)?
        if unacknowledged, let newest = try inspection.logs().last(where: { $0.site == owner }) {
            after = (newest.epoch, newest.durable.sequence)
        }
        let progress = ProgressLine()
        var export = LogExport(inspection, site: owner, signing: signing)
        let report = try export.write(
            to: file, after: after, madeAt: SystemClock.wall, program: ProgramVersion.text
        ) { progress.show($0) }
        progress.end()
        if json {
            try JSONLine.print(
                Report(
                    file: file, site: owner.text, entries: report.entries, damaged: report.damaged,
                    leftOut: report.leftOut))
        } else {
            Console.line(
                Console.say(
                    "已写入 \(file)：站点 \(owner)，\(report.entries) 条", "\(file): site \(owner), \(report.entries) entries"))
            if report.damaged > 0 {
                Console.note(
                    Console.say(
                        "其中 \(report.damaged) 条已损坏，只带其哈希",
                        "\(report.damaged) of them are damaged; only their hashes are carried"))
            }
            if report.leftOut > 0 {
                Console.note(
                    Console.say(
                        "未带 \(report.leftOut) 条：签名不成立", "\(report.leftOut) left out: no signature stands over them"))
            }
        }
        if report.damaged + report.leftOut > 0 { throw ExitCode(3) }
    }

    private func ownerAndKeys(_ inspection: LogInspection) throws -> (SiteID, SiteSigning?) {
        switch inspection.owner {
        case .headquarters:
            guard let site else { throw CommandFailure("name the site whose log is to be carried with --site") }
            return (try SiteID(site), nil)
        case .site(let owner):
            let folder = URL(fileURLWithPath: inspection.path).deletingLastPathComponent().path
            let path = signingKey ?? folder + "/keys/signing"
            // Beside the key in use the one before it, and the one to follow while a change is under way.
            let keys = try [path + ".previous", path, path + ".next"]
                .filter { $0 == path || FileManager.default.fileExists(atPath: $0) }.map(read)
            return (owner, try inspection.signing(of: owner, with: keys, inUse: try read(path)))
        }
    }

    private func read(_ path: String) throws -> LogSigningKey {
        guard let key = LogSigningKey(hexadecimal: try KeyFile.read(path)) else {
            throw CommandFailure("key file \(path): an Ed25519 key is 64 hexadecimal digits")
        }
        return key
    }
}
