import Aggregator
import ArgumentParser
import Foundation
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Have headquarters' daemon make a backup while it runs, verified before it counts.",
        discussion: """
            It goes into the folder that the daemon's configuration names, and what is too old is deleted. Sites trim only what is
            in the oldest backup that is left. Exit status 3: it was made, and entries were damaged before.
            Examples:
              huiyin backup
              huiyin backup --status --json | jq '.backups'
            """)

    @Flag(help: "Put headquarters' keys in it, too: whoever has them is headquarters.")
    var withKeys = false

    @Flag(help: "Make none; say which there are.")
    var status = false

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        try options.withLink { link in
            if status { return try show(link.request("backup.status", NoArguments(), as: BackupStatus.self)) }
            var now = try link.request("backup.start", BackupRequest(withKeys: withKeys), as: BackupStatus.self)
            let progress = ProgressLine()
            while !["done", "failed"].contains(now.state) {
                progress.show(now.done)
                Thread.sleep(forTimeInterval: 0.2)
                now = try link.request("backup.status", NoArguments(), as: BackupStatus.self)
            }
            progress.end()
            if let failure = now.failure { throw CommandFailure("no backup was made: \(failure)") }
            try report(now)
        }
    }

    private func report(_ status: BackupStatus) throws {
        guard let manifest = status.manifest else { throw CommandFailure("no backup was made") }
        if json {
            try JSONLine.print(manifest)
        } else {
            let entries = manifest.logs.reduce(0) { $0 + $1.sequence }
            let bytes = manifest.files.reduce(0) { $0 + $1.bytes }
            Console.line(
                Console.say(
                    "已备份并校验：\(status.folder)/\(manifest.name)，\(entries) 条，\(bytes >> 20) MiB",
                    "made and verified: \(status.folder)/\(manifest.name), \(entries) entries, \(bytes >> 20) MiB"))
        }
        guard !manifest.isWhole else { return }
        for log in manifest.logs where log.whole < log.sequence {
            Console.note(
                Console.say(
                    "站点 \(log.site) 的日志自第 \(log.whole + 1) 条起有损坏，见 huiyin log verify",
                    "the log of site \(log.site) is damaged from entry \(log.whole + 1) on; see huiyin log verify"))
        }
        throw ExitCode(3)
    }

    private func show(_ status: BackupStatus) throws {
        if json { return try JSONLine.print(status) }
        Console.line(Console.say("备份目录 \(status.folder)", "backups in \(status.folder)"))
        for backup in status.backups { Console.line("  \(backup.name)  \(backup.madeAt)") }
        if status.backups.isEmpty {
            Console.line(
                Console.coloured(
                    Console.say("没有任何备份：站点最久只保留到期限", "there is none: sites keep their records only for the usual days"),
                    .red))
        }
    }
}
