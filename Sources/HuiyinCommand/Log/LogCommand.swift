import ArgumentParser
import Foundation
import Records
import Storage

/// `huiyin log`: stored logs, looked at and carried without a connection.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Look at stored logs, and carry one to headquarters by file.",
        discussion: """
            verify, stat, show and export need no daemon and change nothing: they read a data folder (a branch's or
            headquarters'), its log.sqlite, or a file that `huiyin log export` wrote. A daemon may run meanwhile.
            To carry a log on a USB stick:
              at the branch        huiyin log export /var/lib/huiyin /media/usb/north.huiyinlog
              at headquarters      huiyin log import /media/usb/north.huiyinlog --receipt /media/usb/north.receipt
              back at the branch   huiyin log acknowledge /media/usb/north.receipt
            """,
        subcommands: [
            LogVerifyCommand.self, LogStatCommand.self, LogShowCommand.self, LogExportCommand.self,
            LogImportCommand.self, LogAcknowledgeCommand.self,
        ])
}

/// The argument of every command that looks at a log.
struct LogSourceArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A data folder, its log.sqlite, or a log file.", valueName: "source"))
    var source: String
}

/// JSON for programs: keys in their order, one value a line.
enum JSONLine {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Console.line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
