import Aggregator
import Foundation
import Handbooks
import StrictYAML

/// A handbook's text, wherever it comes from.
struct HandbookSource {
    /// What it is called in faults.
    let name: String
    let text: String

    /// The help of an argument that names one.
    static let help =
        "A YAML file; \(Handbook.bundledNames.joined(separator: ", ")); a published version (NAME@NUMBER-…); or in-force."

    static func file(_ path: String) throws -> HandbookSource {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read; is the path right?")
        }
        guard data.count <= YAMLReader.fileLimit else {
            throw CommandFailure("\(path) has \(data.count) bytes; a handbook has at most \(YAMLReader.fileLimit)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("\(path) is not UTF-8; save it in that encoding")
        }
        return HandbookSource(name: path, text: text)
    }

    /// The handbook of that name: a file before a bundled one, and headquarters only for what can be nothing else.
    static func named(_ name: String, _ options: AdministratorOptions) throws -> HandbookSource {
        if FileManager.default.fileExists(atPath: name) { return try file(name) }
        if let text = Handbook.bundledText(named: name) { return HandbookSource(name: name, text: text) }
        guard name == "in-force" || name.contains("@") else {
            throw CommandFailure(
                "there is no file \(name) and no such bundled handbook; there is "
                    + Handbook.bundledNames.joined(separator: ", "))
        }
        let wanted = HandbookTextRequest(version: name == "in-force" ? nil : name)
        let answer = try options.withLink { try $0.request("handbook.text", wanted, as: HandbookText.self) }
        return HandbookSource(name: answer.version, text: answer.text)
    }

    func examine() -> YAMLReading<Handbook> { Handbook.examine(yaml: text, file: name) }

    /// The handbook; every fault at once where there are any.
    func read() throws -> Handbook {
        let examined = examine()
        guard let handbook = examined.value else {
            throw CommandFailure(YAMLFaults(examined.faults).description)
        }
        return handbook
    }
}
