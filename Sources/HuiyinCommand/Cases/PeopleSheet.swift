import Aggregator
import Foundation
import Identity
import Records
import Spreadsheets

/// People in a CSV file, for looking for likely pairs without headquarters. Columns are known by what their names contain.
struct PeopleSheet {
    private static var parts: [(words: [String], part: WritableKeyPath<Person, [String]>)] {
        [
            (["phone", "mobile", "tel", "电话", "手机"], \.phones), (["mail", "邮箱", "邮件"], \.emails),
            (["sec_id", "ssn", "number_id", "customer_number", "客户编号", "证件", "身份证"], \.numbers),
            (["name", "姓名", "名字", "姓", "客户名"], \.names),
            (
                ["address", "street", "suburb", "postcode", "state", "city", "地址", "住址", "房号", "街", "市", "区"],
                \.addresses
            ),
        ]
    }
    private static let birthday = ["birth", "dob", "生日", "出生"]
    private static let identity = ["rec_id", "id", "record_id", "编号"]

    private var pairs = LikelyPairs()

    init(_ path: String) throws {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        var reader = CSVReader()
        var columns = Columns()
        var rows = 0
        let take = { (event: CSVEvent) in
            switch event {
            case .header(let header): columns = Columns(header.names)
            case .row(let row):
                rows += 1
                pairs.add(columns.person(row.cells, number: rows))
            case .fault(let fault): Console.note("\(path):\(fault.line): \(fault.explanation[Say.shared.language])")
            }
        }
        try reader.feed(bytes, take)
        try reader.finish(take)
        guard !columns.parts.isEmpty else {
            throw CommandFailure(
                "\(path): no column is known; name some of them name, address, phone, e-mail, birthday")
        }
    }

    /// Which column says what.
    private struct Columns {
        /// Nil for the day of birth.
        var parts: [(index: Int, part: WritableKeyPath<Person, [String]>?)] = []
        var identity: Int?

        init() {}

        init(_ names: [String]) {
            let names = names.map { $0.lowercased() }
            identity = PeopleSheet.identity.lazy.compactMap { names.firstIndex(of: $0) }.first
            for (index, name) in names.enumerated() where index != identity {
                if PeopleSheet.birthday.contains(where: name.contains) {
                    parts.append((index, nil))
                } else if let part = PeopleSheet.parts.first(where: { $0.words.contains(where: name.contains) })?.part {
                    parts.append((index, part))
                }
            }
        }

        func person(_ cells: [String], number: Int) -> Person {
            var person = Person(id: "\(number)")
            if let identity, cells.indices.contains(identity) { person.id = cells[identity] }
            for (index, part) in parts where cells.indices.contains(index) {
                let cell = cells[index].trimmingCharacters(in: .whitespaces)
                guard !cell.isEmpty else { continue }
                if let part { person[keyPath: part].append(cell) } else { person.birthday = cell }
            }
            return person
        }
    }

    /// The likely pairs, the most probable first.
    func likely(limit: Int) -> [LikelyReport] {
        var pairs = pairs
        return pairs.find().prefix(max(limit, 0)).map { LikelyReport($0, language: Say.shared.language) }
    }
}
