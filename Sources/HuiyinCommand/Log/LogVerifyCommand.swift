import ArgumentParser
import Foundation
import Records
import Storage

struct LogVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compute every hash and signature of a log anew, and say what is damaged where.",
        discussion: """
            Exit status 0: everything is as it was written. 3: something is damaged; each place is named. 1: it cannot be looked at.
            Examples:
              huiyin log verify /var/lib/huiyin
              huiyin log verify /var/lib/huiyin-headquarters --site riverside --json
              huiyin log verify north.huiyinlog
            """)

    @OptionGroup var source: LogSourceArgument

    @Option(help: "Only this site's logs.")
    var site: String?

    @Option(help: "Hold signatures of a file against this key (64 hexadecimal digits), not those that the file names.")
    var key: String?

    @Flag(help: "As JSON.")
    var json = false

    /// What `--json` prints.
    struct Report: Encodable {
        struct Log: Encodable {
            struct Finding: Encodable {
                var damage: ChainAudit.Damage
                var first: UInt64
                var last: UInt64
            }

            var site: String
            var epoch: String
            var first: UInt64
            var head: UInt64
            var intact: UInt64
            var damaged: UInt64
            var unproven: UInt64
            var signatures: UInt64
            var badSignatures: UInt64
            var findings: [Finding]
        }

        var whole: Bool
        var logs: [Log]
        /// What is wrong with the file itself.
        var faults: [String]
    }

    func run() throws {
        let (logs, faults) = try verify()
        let isWhole = faults.isEmpty && logs.allSatisfy(\.isWhole)
        if json {
            try JSONLine.print(Report(whole: isWhole, logs: logs.map(Report.Log.init), faults: faults))
        } else {
            for log in logs { describe(log) }
            for fault in faults { Console.line(Console.coloured(fault, .red)) }
            Console.line(
                isWhole
                    ? Console.coloured(Console.say("全部完好", "everything is as it was written"), .green)
                    : Console.coloured(Console.say("有损坏，见上", "there is damage, see above"), .red))
        }
        if !isWhole { throw ExitCode(3) }
    }

    private func verify() throws -> ([LogVerification], [String]) {
        let progress = ProgressLine()
        defer { progress.end() }
        switch try LogSource(source.source) {
        case .database(let inspection):
            defer { inspection.close() }
            let logs = try inspection.logs().filter { site == nil || $0.site.text == site }
            let verified = try logs.map { log in
                try inspection.verify(log, keys: inspection.signingKeys(of: log.site)) { progress.show($0.value) }
            }
            return (verified, inspection.structuralFaults())
        case .file(let reader):
            defer { reader.close() }
            let keys = try key.map { text in
                guard let key = LogVerifyingKey(hexadecimal: text) else {
                    throw CommandFailure("--key: a signing key has 64 hexadecimal digits")
                }
                return [key]
            }
            let (logs, fault) = reader.verify(keys: keys) { progress.show($0) }
            return (logs, fault.map { ["\($0)"] } ?? [])
        }
    }

    private func describe(_ log: LogVerification) {
        let range = "\(log.first)…\(log.head)"
        Console.line(
            Console.say(
                "站点 \(log.site)，纪元 \(log.epoch)，\(range)：完好 \(log.intact) 条，损坏 \(log.damaged) 条，"
                    + "签名 \(log.signatures) 个，其中无效 \(log.badSignatures) 个",
                "site \(log.site), epoch \(log.epoch), \(range): \(log.intact) intact, \(log.damaged) damaged, "
                    + "\(log.signatures) signatures, \(log.badSignatures) of them bad"))
        if log.unproven > 0 {
            Console.line(
                Console.say(
                    "  \(log.unproven) 条在缺失的记录之后，无法单独证明",
                    "  \(log.unproven) stand behind missing ones and prove nothing"))
        }
        if log.lost > 0 {
            Console.line(
                Console.say(
                    "  \(log.lost) 条在站点已丢失，只有其哈希", "  \(log.lost) were lost at the site; only their hashes are here"))
        }
        for finding in log.findings {
            let place = finding.count == 1 ? "\(finding.first)" : "\(finding.first)…\(finding.last)"
            Console.line("  " + Console.coloured("\(place): \(Self.word(finding.damage))", .red))
        }
    }

    private static func word(_ damage: ChainAudit.Damage) -> String {
        switch damage {
        case .content: Console.say("内容与写入时不同", "the content is not what was written")
        case .hash: Console.say("所存哈希损坏，内容完好", "the stored hash is damaged, the content is whole")
        case .missing: Console.say("缺失", "missing")
        case .unreadable: Console.say("数据库读不出", "the database cannot give it out")
        case .signature: Console.say("签名无效", "the signature does not verify")
        }
    }
}

extension LogVerifyCommand.Report.Log {
    fileprivate init(_ log: LogVerification) {
        self.init(
            site: log.site.text, epoch: log.epoch.description, first: log.first.value, head: log.head.value,
            intact: log.intact, damaged: log.damaged, unproven: log.unproven, signatures: log.signatures,
            badSignatures: log.badSignatures,
            findings: log.findings.map { Finding(damage: $0.damage, first: $0.first.value, last: $0.last.value) })
    }
}
