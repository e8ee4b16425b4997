import Foundation
package import Records

extension Language {
    /// Of the environment's locale: Chinese where it says `zh`, else English.
    package init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        self = locale.hasPrefix("zh") ? .chinese : .english
    }

    /// Of this process.
    package static let ofSystem = Language(environment: ProcessInfo.processInfo.environment)
}
