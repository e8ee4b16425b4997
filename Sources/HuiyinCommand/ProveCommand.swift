import Aggregator
import ArgumentParser
import Foundation
import Records
import Replication
import Storage

struct ProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Where a record is, hop by hop, with the signatures that show it.",
        discussion: """
            Without options it asks headquarters; with --folder it reads a branch's data folder, without its agent. What it prints
            as JSON needs nothing else to be verified, and holds no customer's words. Exit status 3: it does not verify.
            Examples:
              huiyin prove 1d6ad1f6-0e0b-8d2c-9a60-3b8b6f3f1f10
              huiyin prove LV-C001 --site lakeview --json > LV-C001.proof
              huiyin prove --verify LV-C001.proof --receipt-key 3f2a…
            """)

    @Argument(help: "A record's id; with --site or --folder also what the client called it.")
    var record: String?

    @Option(help: "Whose client called it so.")
    var site: String?

    @Option(help: "A branch's data folder.")
    var folder: String?

    @Option(help: "Verify a proof that was printed before.")
    var verify: String?

    @Option(help: "The site's signing key that counts (64 hexadecimal digits); by default those that the proof names.")
    var siteKey: String?

    @Option(help: "Headquarters' receipt key that counts; by default the one that the proof names.")
    var receiptKey: String?

    @Flag(help: "As JSON: the proof itself.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func validate() throws {
        guard (record == nil) != (verify == nil) else {
            throw ValidationError("name a record, or a proof with --verify")
        }
    }

    func run() throws {
        let proof = try proof()
        if json, verify == nil { return try JSONLine.print(proof) }
        do throws(RecordProof.Fault) {
            let (isSigned, isReceipted) = try proof.verify(
                siteKeys: try key(siteKey).map { [$0] }, receiptKey: try key(receiptKey))
            describe(proof, isSigned, isReceipted)
        } catch {
            Console.line(Console.coloured("\(error)", .red))
            throw ExitCode(3)
        }
    }

    private func key(_ text: String?) throws(RecordProof.Fault) -> LogVerifyingKey? {
        guard let text else { return nil }
        guard let key = LogVerifyingKey(hexadecimal: text) else {
            throw .malformed("a key has 64 hexadecimal digits")
        }
        return key
    }

    private func proof() throws -> RecordProof {
        if let verify {
            do {
                return try JSONDecoder().decode(
                    RecordProof.self, from: try Data(contentsOf: URL(fileURLWithPath: verify)))
            } catch {
                throw CommandFailure("\(verify) is no proof of `huiyin prove --json`")
            }
        }
        let record = record ?? ""
        guard let folder else {
            return try options.withLink { link in
                try link.request("prove", ProofRequest(record: record, site: site), as: RecordProof.self)
            }
        }
        let inspection = try LogInspection(folder)
        defer { inspection.close() }
        guard case .site(let owner) = inspection.owner else {
            throw CommandFailure("\(folder) is headquarters'; ask its daemon, without --folder")
        }
        let id = RecordID(record) ?? RecordID(site: owner, clientID: record)
        guard let (log, sequence) = try inspection.place(of: id) else {
            throw CommandFailure("no record \(record) was written down at \(owner)")
        }
        var standing = RecordProof.Standing(at: "branch")
        standing.durable = log.durable.sequence.value
        return try inspection.proof(of: id, in: log, at: sequence, standing: standing)
    }

    private func describe(_ proof: RecordProof, _ isSigned: Bool, _ isReceipted: Bool) {
        Console.line(Console.say("记录 \(proof.record)", "record \(proof.record)"))
        hop(
            true,
            Console.say(
                "站点 \(proof.site) 的日志，纪元 \(proof.epoch)，第 \(proof.sequence) 条",
                "in the log of site \(proof.site), epoch \(proof.epoch), entry \(proof.sequence)"))
        hop(
            isSigned,
            isSigned
                ? Console.say(
                    "由站点签名，批次至第 \(proof.batch?.sequence ?? 0) 条",
                    "signed by the site, batch up to \(proof.batch?.sequence ?? 0)")
                : Console.say("此处没有站点的批次签名", "the site's batch signature is not kept here"))
        let standing = proof.standing
        let isDurable = standing.durable.map { $0 >= proof.sequence } ?? false
        hop(
            isDurable,
            Console.say("总部已存至第 \(standing.durable ?? 0) 条", "durable at headquarters up to \(standing.durable ?? 0)")
                + (standing.receivedAt.map { Console.say("，\($0) 收到", ", received at \($0)") } ?? ""))
        hop(
            isReceipted,
            isReceipted
                ? Console.say(
                    "总部签名回执，至第 \(proof.receipt?.sequence ?? 0) 条",
                    "headquarters' signed receipt, up to \(proof.receipt?.sequence ?? 0)")
                : Console.say("此处没有覆盖它的回执", "no receipt that covers it is kept here"))
        guard standing.at == "headquarters" else { return }
        hop(
            standing.backedUp.map { $0 >= proof.sequence } ?? false,
            Console.say("最老备份至第 \(standing.backedUp ?? 0) 条", "in the oldest backup up to \(standing.backedUp ?? 0)"))
        hop(standing.folded == true, Console.say("已计入视图", "counted in the views"))
        if let caseID = standing.caseID {
            hop(
                true,
                Console.say("投诉 \(caseID)：\(standing.caseState ?? "–")", "case \(caseID): \(standing.caseState ?? "–")")
            )
        }
        for (digest, rests) in (standing.digests ?? [:]).sorted(by: { $0.key < $1.key }) {
            hop(
                rests,
                rests
                    ? Console.say("月报 \(digest) 的数字以它为据", "figures of digest \(digest) rest on it")
                    : Console.say("月报 \(digest) 没有用到它", "no figure of digest \(digest) rests on it"))
        }
    }

    private func hop(_ isReached: Bool, _ text: String) {
        Console.line("  " + (isReached ? Console.coloured("✓", .green) : Console.coloured("–", .yellow)) + " " + text)
    }
}
