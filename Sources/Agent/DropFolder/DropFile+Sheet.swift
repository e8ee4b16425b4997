import Records
import Storage

extension DropFile {
    func takeSheet(
        _ input: InputFile, _ digest: String, _ order: Intake.Order, _ intake: Intake, _ rejects: RejectsFile
    ) async throws -> IntakeReport {
        throw FileFault(path: name, doing: "reading spreadsheets", code: 38)
    }
}
