import Foundation
import Platform
import Records

/// Picks the language of what people read. What programs read never changes.
struct Say: Sendable {
    let language: Language

    /// By the environment's locale.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        language = Language(environment: environment)
    }

    static let shared = Say()

    func callAsFunction(_ english: String, _ chinese: String) -> String { language == .chinese ? chinese : english }
}

/// The program's own version.
enum ProgramVersion {
    static let text = "0.1.0"
}
