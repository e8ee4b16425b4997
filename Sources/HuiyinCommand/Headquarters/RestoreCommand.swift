import ArgumentParser
import Foundation
import Platform
import Storage

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Rehearse a backup's restore on a copy; with --confirm put it in place.",
        discussion: """
            Without --confirm nothing that is there is touched: it says what the backup has, and what of the folder it lacks.
            With --confirm the daemon must be stopped. The data that was there is kept aside; headquarters begins a new epoch, and
            the sites send again what the backup lacks.
            Examples:
              huiyin restore /srv/huiyin-backups/huiyin-20261015T030000Z --folder /var/lib/huiyin-headquarters
              systemctl stop huiyin-aggregator
              huiyin restore /srv/huiyin-backups/huiyin-20261015T030000Z --folder /var/lib/huiyin-headquarters --confirm
            """)

    @Argument(help: "A folder that `huiyin backup` made.")
    var backup: String

    @Option(help: "Headquarters' data folder.")
    var folder: String

    @Flag(help: "Restore, and do not only rehearse.")
    var confirm = false

    @Flag(help: "As JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        var restored: Bool
        var findings: BackupRestore.Findings
        /// Where the data is that was there.
        var aside: String?
    }

    func run() throws {
        let restore = BackupRestore(backup: backup, folder: URL(fileURLWithPath: folder).path)
        let report: Report
        if confirm {
            let (findings, aside) = try restore.restore(at: SystemClock.wall)
            report = Report(restored: true, findings: findings, aside: aside)
        } else {
            report = Report(restored: false, findings: try restore.rehearse())
        }
        if json { return try JSONLine.print(report) }
        describe(report.findings)
        if let aside = report.aside {
            Console.line(Console.say("原有数据移至 \(aside)", "what was there is in \(aside)"))
        }
        Console.line(
            report.restored
                ? Console.say("已恢复；启动守护进程后视图重新计算", "restored; the views are computed anew when the daemon starts")
                : Console.say(
                    "这是演练，什么也没有改动；加 --confirm 才会恢复", "this was a rehearsal and changed nothing; --confirm restores"))
    }

    private func describe(_ findings: BackupRestore.Findings) {
        let entries = findings.logs.reduce(0) { $0 + $1.backup }
        Console.line(
            Console.say(
                "备份 \(findings.name) 完好：\(entries) 条，其中损坏 \(findings.damaged) 条",
                "backup \(findings.name) is what was written: \(entries) entries, \(findings.damaged) of them damaged"))
        for log in findings.logs where log.beyond > 0 {
            Console.line(
                Console.say(
                    "  站点 \(log.site)：备份至 \(log.backup)，现有至 \(log.folder ?? 0)；后 \(log.beyond) 条由站点重发",
                    "  site \(log.site): backup up to \(log.backup), folder up to \(log.folder ?? 0); the site sends \(log.beyond) again"
                ))
        }
        let lost =
            [
                (findings.feedBeyond, Console.say("动态", "feed entries")),
                (UInt64(findings.digestsBeyond), Console.say("已关闭的月报", "closed digests")),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" } + findings.sitesBeyond + findings.administratorsBeyond
        if !lost.isEmpty {
            Console.line(
                Console.coloured(
                    Console.say("  备份里没有，须重做：", "  not in the backup, to be done again: ")
                        + lost.joined(separator: Console.say("、", ", ")), .yellow))
        }
        if findings.keepsOwnLog {
            Console.line(
                Console.say("  总部自己的日志完好，保留不动", "  headquarters' own log is whole and stays as it is"))
        }
    }
}
