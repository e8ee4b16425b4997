import ArgumentParser
import Spreadsheets

/// How a spreadsheet is written, as far as its reader is told.
struct SheetDialect {
    var options = CSVReader.Options()
    var dates: DateOrder?

    init(encoding: String?, delimiter: String?, dates: String?) throws {
        if let encoding {
            options.encoding = TextEncoding(named: encoding)
            if options.encoding == nil {
                throw ValidationError("--encoding \(encoding): there is utf-8, utf-16 and gb18030")
            }
        }
        if let delimiter {
            options.delimiter = CSVDelimiter(named: delimiter)
            if options.delimiter == nil {
                throw ValidationError("--delimiter \(delimiter): there is comma, semicolon, tab and bar")
            }
        }
        self.dates = dates.flatMap { DateOrder(rawValue: $0) }
        if dates != nil, self.dates == nil { throw ValidationError("--dates is mdy or dmy") }
    }
}
