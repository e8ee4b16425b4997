import Agent
import Aggregator
import ArgumentParser
import Foundation
import Spreadsheets

/// Options of a command that asks either side: headquarters, or a branch's agent without a link.
struct SideOptions: ParsableArguments {
    @OptionGroup var options: AdministratorOptions
    @OptionGroup var address: AgentAddress

    /// Whether headquarters is asked: where it was named, or where an administrator's configuration is and no agent was named.
    var asksHeadquarters: Bool {
        let namesAgent = address.socket != nil || address.config != nil || address.agent != nil
        let standard = AdministratorConfiguration.standardFile
        return options.admin != nil || !namesAgent && FileManager.default.fileExists(atPath: standard)
    }

    /// Asks the agent and reads its answer, whose keys are in snake case.
    func ask<Value: Decodable>(_ path: String, _ query: [(String, String?)], as type: Value.Type) async throws -> Value
    {
        let pairs = query.compactMap { name, value in
            value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        }
        let wanted = pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
        let answer = try await address.client().ask("GET", wanted)
        guard answer.isSuccess else {
            throw AgentClient.Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: answer.body)
    }

    /// Has the agent take one record, given as texts, and says what became of it.
    func write(_ form: [String: String]) async throws {
        let answer = try await address.client().ask(
            "POST", "/v1/records?values=text", body: try JSONEncoder().encode(form))
        try RecordAnswer(answer).report(asJSON: false)
    }
}

extension Console {
    /// Rows of CSV as spreadsheet programs open it: marked as UTF-8, and no cell is taken for a formula.
    static func csv(_ rows: [[String]]) {
        let line = CSVLine()
        let bytes = rows.reduce(into: CSVLine.mark) { $0 += line.bytes($1.map(CSVLine.harmless)) }
        FileHandle.standardOutput.write(Data(bytes))
    }
}
