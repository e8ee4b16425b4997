import Aggregator
import ArgumentParser
import Foundation
import Records
import Replication
import Storage
import SwiftProtobuf

struct LogImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Hand a carried log to headquarters' daemon, which verifies it as it does the wire's.",
        discussion: """
            What is there already is compared and not doubled; a file may be imported again, and a branch may be connected meanwhile.
            Example:
              huiyin log import /media/usb/north.huiyinlog --receipt /media/usb/north.receipt
            """)

    @Argument(help: "A file that `huiyin log export` wrote.")
    var file: String

    @Option(help: "Write headquarters' receipt here, to be carried back; nothing is replaced.")
    var receipt: String?

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    /// What `--json` prints.
    private struct Report: Encodable {
        var site: String
        var new: Int
        var known: Int
        var receipt: String?
    }

    func run() throws {
        if let receipt, FileManager.default.fileExists(atPath: receipt) {
            throw CommandFailure("\(receipt) is there already; choose another name, or remove it")
        }
        // Looked through once before anything is sent, so that a file that was cut off is known for one.
        let check = try LogFileReader(file)
        while case .batch = try check.next() {}
        check.close()
        let reader = try LogFileReader(file)
        defer { reader.close() }
        let progress = ProgressLine()
        let (new, known) = try options.withLink { link in
            var (new, known) = (0, 0)
            while case .batch(let batch) = try reader.next() {
                let request = CarriedBatchRequest(
                    site: reader.site, parent: parent(of: batch, reader.header), batch: try batch.serializedData())
                do {
                    let answer = try link.request("log.import", request, as: CarriedBatchAnswer.self)
                    (new, known) = (new + answer.new, known + answer.known)
                } catch let failure as CommandFailure {
                    throw CommandFailure(
                        "\(file): from entry \(batch.firstSequence) on it is refused, before that \(new) are stored and "
                            + "\(known) were: \(failure)")
                }
                progress.show(UInt64(new + known))
            }
            if let receipt { try write(link, reader.site, receipt) }
            return (new, known)
        }
        progress.end()
        if json {
            try JSONLine.print(Report(site: reader.site.text, new: new, known: known, receipt: receipt))
        } else {
            Console.line(
                Console.say(
                    "站点 \(reader.site)：新存 \(new) 条，原有 \(known) 条",
                    "site \(reader.site): \(new) stored, \(known) known before"))
            if let receipt {
                Console.line(
                    Console.say(
                        "回执 \(receipt)，请带回站点：huiyin log acknowledge",
                        "receipt \(receipt): carry it back, huiyin log acknowledge"))
            }
        }
    }

    private func parent(of batch: Exchange.Batch, _ header: LogFileItem.Header) -> LogPosition? {
        header.epochs.first { $0.head.epoch == batch.epoch }.flatMap { $0.hasParent ? LogPosition($0.parent) : nil }
    }

    private func write(_ link: AdministratorLink, _ site: SiteID, _ path: String) throws {
        let data = try link.requestData("log.receipt", SiteQuestion(site: site))
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch {
            throw CommandFailure("everything is stored, but \(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
