import Records
@testable import Spreadsheets
import Testing

struct DateCellTests {
    @Test(arguments: [
        ("43647.5", "2019-07-01 12:00:00"), ("43647", "2019-07-01 00:00:00"),
        ("43647.336805556", "2019-07-01 08:05:00"),
        ("2019/7/1 8:05", "2019/7/1 8:05"), ("2019-07-01T08:05:00+08:00", "2019-07-01T08:05:00+08:00"),
        ("20190701", "2019-07-01"), ("20190701080509", "2019-07-01 08:05:09"), ("31/7/2019", "2019-7-31"),
        ("7/31/2019 8:05", "2019-7-31 8:05"), ("5/5/2019", "2019-5-5"), ("2019/7/1 8:05 PM", "2019/7/1 20:05"),
        ("2019/7/1 下午 3:05", "2019/7/1 15:05"), ("2019/7/1 12:05 AM", "2019/7/1 0:05"), ("next week", "next week"),
    ])
    func timesAreReadAsSpreadsheetsWriteThem(written: String, meant: String) throws {
        let row = "text,occurred_at\nx,\"\(written)\"\n"
        #expect(try form(row)?["occurred_at"] == meant)
    }

    @Test func whatIsMeantCanBeReadAsAMoment() throws {
        for written in ["43647.5", "7/31/2019 8:05 PM", "20190701080509", "31.7.2019"] {
            let meant = try #require(try form("text,occurred_at\nx,\(written)\n")?["occurred_at"])
            #expect(Timestamp(meant, in: .utc) != nil)
        }
    }

    @Test func dateThatCanBeReadInTwoWaysIsRefused() throws {
        let error = #expect(throws: FormFaults.self) { try form("text,occurred_at\nx,7/1/2019\n") }
        #expect(error?.faults.first?.field == "occurred_at")
        #expect(error?.description.contains("--dates mdy or --dates dmy") == true)
    }

    @Test func saidOrderDecides() throws {
        let row = "text,occurred_at\nx,7/1/2019 8:05\n"
        #expect(try form(row, dates: .monthFirst)?["occurred_at"] == "2019-7-1 8:05")
        #expect(try form(row, dates: .dayFirst)?["occurred_at"] == "2019-1-7 8:05")
        #expect(throws: FormFaults.self) { try form("text,occurred_at\nx,31/7/2019\n", dates: .monthFirst) }
    }

    @Test func yearOfTwoDigitsAndImpossibleHoursAreRefused() {
        #expect(throws: FormFaults.self) { try form("text,occurred_at\nx,7/31/19\n") }
        #expect(throws: FormFaults.self) { try form("text,occurred_at\nx,2019/7/1 13:05 PM\n") }
    }

    @Test func onlyTimeFieldsAreReadAsDates() throws {
        #expect(try form("text,group_size\n43647,7/1/2019\n") == ["text": "43647", "group_size": "7/1/2019"])
    }
}
