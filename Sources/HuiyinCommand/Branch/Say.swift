import Foundation
import Records

/// Picks the language of what people read. What programs read never changes.
struct Say: Sendable {
    let language: Language

    /// By the environment's locale: Chinese where it says `zh`, else English.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        language = locale.hasPrefix("zh") ? .chinese : .english
    }

    static let shared = Say()

    func callAsFunction(_ english: String, _ chinese: String) -> String { language == .chinese ? chinese : english }
}

/// The program's own version.
enum ProgramVersion {
    static let text = "0.1.0"
}
