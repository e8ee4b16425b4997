import Aggregator
import ArgumentParser
import Records

/// `huiyin customer erase`.
struct CustomerEraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase a customer's name, numbers and words everywhere, 删除个人信息.",
        discussion: """
            Says first how much it would take; with --confirm it takes it, for good: from headquarters' log, views and feed, and
            from every branch that holds some of it, as soon as it is in reach. Facts, figures and the hash chain stay. A backup
            from before still has it; a restore erases again. Needs full rights.
            Examples:
              huiyin customer erase C1024 --reason 客户依法申请
              huiyin customer erase --phone 13800138000 --reason 客户依法申请 --confirm
            """)

    @Argument(help: "The customer's number.")
    var number: String?

    @Option(help: "A telephone number of theirs.")
    var phone: String?

    @Option(help: "An e-mail address of theirs.")
    var email: String?

    @Option(help: "The branch at which the telephone number, without an area code, is local.")
    var site: String?

    @Option(help: "One of their records, for a customer without any of these.")
    var record: String?

    @Option(help: "Why; kept with the erasure.")
    var reason: String

    @Flag(help: "Erase, and do not only say what it would take.")
    var confirm = false

    @Flag(help: "Also where headquarters has no record of them: a branch out of reach may.")
    var evenIfUnknown = false

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let named = try record.map { text in
            guard let id = RecordID(text) else { throw ValidationError("\(text) is no record id") }
            return id
        }
        let request = ErasureRequest(
            number: number, phone: phone, email: email, site: site, record: named, reason: reason,
            isRehearsal: !confirm,
            isUnknownAllowed: evenIfUnknown)
        try options.withLink { link in
            let answer = try link.request("customer.erase", request, as: ErasureAnswer.self)
            if json { return try JSONLine.print(answer) }
            describe(answer)
        }
    }

    private func describe(_ answer: ErasureAnswer) {
        let sites = answer.sites.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        Console.line(
            Console.say(
                "\(answer.records) 条记录（其中投诉 \(answer.complaints) 条）：\(sites)",
                "\(answer.records) records, \(answer.complaints) of them complaints: \(sites)"))
        if answer.erasedBefore > 0 {
            Console.line(
                Console.say("另有 \(answer.erasedBefore) 条此前已删除", "\(answer.erasedBefore) more were erased before"))
        }
        if !answer.closedMonths.isEmpty {
            let months = answer.closedMonths.joined(separator: ", ")
            Console.line(
                Console.say(
                    "已关闭的月报保持原样，其中或有遮盖后的引文：\(months)",
                    "closed digests stay as they were handed out, and may quote masked words: \(months)"))
        }
        if !answer.backups.isEmpty {
            Console.line(
                Console.say(
                    "此前的备份仍含这些内容，到期删除；恢复时会再次删除：\(answer.backups.count) 份",
                    "\(answer.backups.count) backups from before still have it until they expire; a restore erases again"
                ))
        }
        Console.line(
            confirm
                ? Console.say(
                    "已删除：\(answer.erasures.map(\.description).joined(separator: ", "))；各分店的进度见 huiyin customer erasures",
                    "erased: \(answer.erasures.map(\.description).joined(separator: ", ")); "
                        + "huiyin customer erasures says which branches have yet to follow")
                : Console.say(
                    "这是演练，什么也没有删除；加 --confirm 才会删除，且不能恢复",
                    "this was a rehearsal and erased nothing; --confirm erases, and nothing brings it back"))
    }
}

/// `huiyin customer erasures`.
struct CustomerErasuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erasures", abstract: "Every erasure, and which branches have yet to follow it.")

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        try options.withLink { link in
            let erasures = try link.request("customer.erasures", NoArguments(), as: [ErasureStatus].self)
            if json { return try JSONLine.print(erasures) }
            var table = TextTable([
                Console.say("删除令", "erasure"), Console.say("时间", "at"), Console.say("决定人", "by"),
                Console.say("记录", "records"), Console.say("待执行的站点", "pending at"),
            ])
            for erasure in erasures {
                table.add([
                    erasure.id.description, erasure.at, erasure.author, String(erasure.records),
                    erasure.pending.isEmpty ? "–" : erasure.pending.joined(separator: " "),
                ])
            }
            for line in table.lines() { Console.line(line) }
        }
    }
}
