import Foundation
import Records
import Recurrence
import Spreadsheets

/// Texts of which people said to which issue they belong: the columns `text` and `issue`, and `title` if there is one.
struct ConfirmedSheet {
    let examples: [IssueClassifier.Example]
    /// The first title, or the beginning of the first text, of each issue.
    let titles: [String: String]

    private static let title = 40

    /// - Parameter texts: the columns that hold the text, as in the sheet that is grouped; used where there is no `text`.
    init(_ path: String, texts: [String], csv: CSVReader.Options, zone: TimeZoneRules) throws {
        let sheet: TextSheet
        do {
            sheet = try TextSheet.read(
                path, .init(texts: ["text"], site: "issue"), csv: csv, zone: zone, dates: nil)
        } catch let failure as CommandFailure {
            // The same columns as in the sheet itself will do as well.
            guard
                let other = try? TextSheet.read(
                    path, .init(texts: texts, site: "issue"), csv: csv, zone: zone, dates: nil)
            else { throw failure }
            sheet = other
        }
        examples = sheet.texts.map { text in
            var text = text
            let issue = text.site
            text.site = ""
            return IssueClassifier.Example(text, issue: issue)
        }
        var titles: [String: String] = [:]
        for example in examples where !example.issue.isEmpty && titles[example.issue] == nil {
            titles[example.issue] = String((example.text.title + " " + example.text.body).prefix(Self.title))
        }
        guard !titles.isEmpty else {
            throw CommandFailure("\(path): no row names an issue; the columns are text and issue")
        }
        self.titles = titles
    }
}
