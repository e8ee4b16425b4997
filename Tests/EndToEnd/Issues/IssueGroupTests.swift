import Foundation
import Testing

extension EndToEnd {
    /// `huiyin issue group`: what recurs in a spreadsheet, without any daemon.
    struct IssueGroups {
        private struct Summary: Decodable {
            struct Issue: Decodable {
                var issue: String
                var rows: Int
                var customers: Int
                var alarm: Bool
            }
            var rows: Int
            var unreadable: Int
            var untimed: Int
            var grouped: Int
            var alone: Int
            struct Beside: Decodable {
                var words: [String]
                var ids: [String]
            }
            var alarms: Int?
            var issues: [Issue]
            var patterns: [Beside]?
            var hotSpots: [Beside]?

            enum CodingKeys: String, CodingKey {
                case rows, unreadable, untimed, grouped, alone, alarms, issues, patterns
                case hotSpots = "hot_spots"
            }
        }

        /// Three people with one problem within a month, one more without a time, a pair in English, and some that stand alone.
        private static let sheet = """
            编号,时间,客户,门店,标题,内容
            a1,2026-10-01 09:00,张,north,翡翠湾二期电梯频繁困人,"翡翠湾二期5栋的电梯这个月已经困人三次，""重启""了事"
            a2,2026/10/9 8:05,李,south,投诉翡翠湾二期5栋电梯困人,昨天晚上孩子被困在5栋电梯里半小时，翡翠湾物业电话没人接
            a3,2026-10-20 10:00,赵,east,翡翠湾电梯又把人困住了,翡翠湾二期的电梯经常困人，一个月好几次，请安排检修
            a4,很久以前,钱,east,翡翠湾二期电梯困人,翡翠湾二期电梯频繁困人，请检修
            b1,2026-10-03 09:00,ann,leeds,Barcode scanner BX200 loses its Bluetooth connection,The BX200 drops the link
            b2,2026-10-05 09:00,bob,york,BX200 scanner loses Bluetooth connection,It drops the Bluetooth link every hour
            c1,2026-10-05 09:00,孙,north,地下车库渗水,一下雨负二层就积水
            c2,2026-10-06 09:00,周,north,门禁卡办理收费过高,补一张门禁卡要五十元
            c3,2026-10-07 09:00,吴,north,-1 层的灯不亮,=SUM(A1) 是什么

            """

        private func group(_ house: House, _ sheet: String, _ more: [String]) async throws -> Output {
            try await house.run(
                ["issue", "group", sheet, "--text", "标题,内容", "--json", "--output", house.folder + "/out.csv"] + more)
        }

        private static let columns = ["--time", "时间", "--customer", "客户", "--site", "门店", "--id", "编号"]

        @Test func rowsKeepTheirColumnsAndGetTheirIssue() async throws {
            try await House.open { house in
                let sheet = try house.write("in.csv", Data(Self.sheet.utf8))
                let alerts = house.folder + "/alerts.csv"
                let output = try await group(house, sheet, Self.columns + ["--alerts", alerts])
                let summary = try output.json(Summary.self)
                #expect((summary.rows, summary.grouped, summary.alone) == (9, 6, 3))
                #expect((summary.untimed, summary.unreadable, summary.alarms) == (1, 0, 1))
                #expect(summary.issues.map(\.rows) == [4, 2])
                let lines = house.text(of: house.folder + "/out.csv").split(separator: "\r\n").map(String.init)
                #expect(lines[0].hasSuffix("编号,时间,客户,门店,标题,内容,issue,issue_title,issue_reason"))
                #expect(lines.count == 10)
                // What was quoted stays quoted, and all columns stay as they were written.
                #expect(
                    lines[1].hasPrefix(#"a1,2026-10-01 09:00,张,north,翡翠湾二期电梯频繁困人,"翡翠湾二期5栋的电梯这个月已经困人三次，""重启""了事",a"#))
                #expect(lines[9] == "c3,2026-10-07 09:00,吴,north,-1 层的灯不亮,=SUM(A1) 是什么,,,")
                let issues = lines.dropFirst().map {
                    String($0.split(separator: ",", omittingEmptySubsequences: false).dropLast(2).last ?? "")
                }
                #expect(Set(issues[0...3]).count == 1 && !issues[0].isEmpty)
                #expect(issues[4] == "b1" && issues[5] == "b1")
                // The one without a time belongs to the issue, but counts for no alarm.
                let alarms = house.text(of: alerts).split(separator: "\r\n").map {
                    $0.split(separator: ",").last.map(String.init)
                }
                #expect(alarms.dropFirst() == ["a1", "a2", "a3"])
            }
        }

        /// One kind of problem at three estates, and three kinds at a fourth, all within a month.
        private static let beside = """
            编号,时间,客户,主题
            p1,2026-10-01 09:00,张,锦绣花园电梯频繁困人
            p2,2026-10-02 09:00,李,碧水家园电梯频繁困人
            p3,2026-10-03 09:00,赵,翡翠公寓电梯频繁困人
            h1,2026-10-04 09:00,孙,星河湾小区地下车库渗水
            h2,2026-10-05 09:00,周,星河湾小区门禁卡收费过高
            h3,2026-10-06 09:00,吴,星河湾小区绿化无人修剪

            """

        @Test func patternsAndHotSpotsAreToldApartAndRaiseNoAlarm() async throws {
            try await House.open { house in
                let sheet = try house.write("in.csv", Data(Self.beside.utf8))
                let output = try await house.run([
                    "issue", "group", sheet, "--text", "主题", "--time", "时间", "--customer", "客户", "--id", "编号", "--json",
                    "--alerts", house.folder + "/alerts.csv", "--output", house.folder + "/out.csv",
                ])
                let summary = try output.json(Summary.self)
                #expect(summary.alarms == 0)
                #expect(summary.patterns?.map(\.ids) == [["p1", "p2", "p3"]])
                #expect(summary.hotSpots?.map(\.ids) == [["h1", "h2", "h3"]])
                #expect(summary.hotSpots?.first?.words == ["星河"])
            }
        }

        @Test func sheetInGB18030WithSemicolonsIsGroupedTheSame() async throws {
            try await House.open { house in
                let utf8 = try house.write("in.csv", Data(Self.sheet.utf8))
                let first = try await group(house, utf8, Self.columns).required().text
                let other = house.folder + "/gb.csv"
                let shell = "sed 's/,/;/g' \"$0\" | iconv -f UTF-8 -t GB18030 > \"$1\""
                _ = try await house.run(["-c", shell, utf8, other], program: "/bin/sh").required()
                #expect(try await group(house, other, Self.columns).required().text == first)
            }
        }

        @Test func confirmedIssuesAreAssignedOrNobodyKnows() async throws {
            try await House.open { house in
                var confirmed = "text,issue\n"
                for ending in ["怎么办", "请处理", "三天了", "没人管", "希望尽快", "again"] {
                    confirmed += "电梯停运困人 \(ending),E1\n车位被占 停车场 \(ending),P1\nparcel late courier \(ending),D1\n"
                    confirmed += "施工噪音扰民 \(ending),N1\n天花板漏水渗水 \(ending),W1\nwrong invoice amount \(ending),I1\n"
                }
                let known = try house.write("known.csv", Data(confirmed.utf8))
                let sheet = try house.write(
                    "in.csv", Data("id,text\n1,电梯又停运了\n2,食堂的菜太咸\n3,the courier brought my parcel late\n".utf8))
                let out = house.folder + "/out.csv"
                _ = try await house.run(
                    ["issue", "group", sheet, "--text", "text", "--confirmed", known, "--output", out]).required()
                let rows = house.text(of: out).split(separator: "\r\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false)
                }
                #expect(
                    rows[0].suffix(5) == ["issue", "issue_title", "issue_reason", "issue_confidence", "issue_guess"])
                #expect(rows[1][2] == "E1" && rows[1][6] == "E1")
                #expect(rows[2][2] == "" && rows[2][6] != "")
                #expect(rows[3][2] == "D1")
                #expect(rows.dropFirst().allSatisfy { Double($0[5]).map { (0...1).contains($0) } ?? false })
            }
        }

        @Test(arguments: [
            (["--text", "主题"], "there is no column “主题”"),
            (["--text", "标题", "--alerts", "a.csv"], "--time and --customer"),
            (["--text", "标题", "--encoding", "latin1"], "gb18030"),
            (["--text", "issue,标题"], "there is a column “issue” already"),
        ])
        func whatCannotBeDoneIsSaid(_ options: [String], _ complaint: String) async throws {
            try await House.open { house in
                let text = options[1].hasPrefix("issue") ? "issue,标题\nx,y\n" : Self.sheet
                let sheet = try house.write("in.csv", Data(text.utf8))
                let output = try await house.run(
                    ["issue", "group", sheet, "--output", house.folder + "/out.csv"] + options)
                #expect(!output.succeeded)
                #expect(output.errors.contains(complaint), "\(output.errors)")
                #expect(!FileManager.default.fileExists(atPath: house.folder + "/out.csv"))
            }
        }

        @Test func rowThatCannotBeReadCostsItsNeighboursNothing() async throws {
            try await House.open { house in
                let sheet = try house.write("in.csv", Data((Self.sheet + "d1,2026-10-05,x,north,a,b,c,d,e,f\n").utf8))
                let output = try await group(house, sheet, Self.columns)
                #expect(output.exit == .status(2))
                #expect(output.errors.contains("line 11"))
                #expect(try JSONDecoder().decode(Summary.self, from: Data(output.text.utf8)).rows == 9)
            }
        }

        @Test func inputIsNeverOverwritten() async throws {
            try await House.open { house in
                let sheet = try house.write("in.csv", Data(Self.sheet.utf8))
                let output = try await house.run(["issue", "group", sheet, "--text", "标题", "--output", sheet])
                #expect(!output.succeeded)
                #expect(house.text(of: sheet) == Self.sheet)
            }
        }
    }
}
