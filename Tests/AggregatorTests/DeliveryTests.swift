import Foundation
import Handbooks
import Logging
import Records
import Rules
import Storage
import Testing

@testable import Aggregator

@Suite struct DeliveryQueueTests {
    private let now = Timestamp(milliseconds: 1_780_000_000_000)

    @Test func messageIsFixedUntilItIsTaken() throws {
        var queue = DeliveryQueue(epoch: "ab12cd34ef", after: 10)
        queue.gather([11, 13], through: 14, at: now)
        let first = try #require(queue.message)
        #expect(first.id == "ab12cd34-11-13" && first.entries == [11, 13])
        // What comes in meanwhile waits.
        queue.gather([15], through: 15, at: now)
        #expect(queue.message == first && queue.isDue(at: now))
        queue.taken()
        #expect(queue.after == 14 && queue.message == nil && queue.sent == 1)
    }

    @Test func whatNobodyWantsIsPassedOver() {
        var queue = DeliveryQueue(epoch: "e", after: 10)
        queue.gather([], through: 500, at: now)
        #expect(queue.after == 500 && queue.message == nil)
    }

    @Test func failuresBackOffAndTheLastOneGivesUp() throws {
        var queue = DeliveryQueue(epoch: "e", after: 0)
        queue.gather([1], through: 1, at: now)
        #expect(queue.failed("no", at: now) == nil)
        #expect(!queue.isDue(at: now + .seconds(1)) && queue.isDue(at: now + .seconds(2)))
        #expect(queue.failed("no", at: now) == nil)
        #expect(!queue.isDue(at: now + .seconds(3)) && queue.isDue(at: now + .seconds(4)))
        var pauses: Duration = .seconds(2 + 4)
        for _ in 3..<DeliveryQueue.mostAttempts {
            #expect(queue.failed("no", at: now) == nil)
            pauses += try #require(queue.message).notBefore - now
        }
        // A night without the receiver costs nothing.
        #expect(pauses > .seconds(7 * 3600) && pauses < .seconds(8 * 3600))
        #expect(queue.message?.notBefore == now + .seconds(1800))
        let dead = queue.failed("no", at: now)
        #expect(
            dead?.entries == [1] && queue.dead == 1 && queue.after == 1 && queue.message == nil && queue.fault == "no")
    }

    @Test func messageThatCannotBeLaidAsideWaitsAndIsKept() {
        var queue = DeliveryQueue(epoch: "e", after: 0)
        queue.gather([1], through: 1, at: now)
        for _ in 1..<DeliveryQueue.mostAttempts { #expect(queue.failed("no", at: now) == nil) }
        queue.postpone("the disk is full", at: now)
        #expect(queue.message?.entries == [1] && queue.fault == "the disk is full" && queue.dead == 0)
        #expect(!queue.isDue(at: now + .seconds(1799)) && queue.isDue(at: now + .seconds(1800)))
        #expect(queue.failed("no", at: now)?.entries == [1])
    }

    @Test func floodsAreCutIntoMessagesThatLeaveNothingOut() {
        var queue = DeliveryQueue(epoch: "e", after: 0)
        let all = Array(1...UInt64(DeliveryQueue.mostEntries + 5))
        queue.gather(all, through: 999, at: now)
        queue.taken()
        #expect(queue.after == UInt64(DeliveryQueue.mostEntries))
        queue.gather(all.filter { $0 > queue.after }, through: 999, at: now)
        #expect(queue.message?.entries.count == 5)
        queue.taken()
        #expect(queue.after == 999)
    }

    @Test func feedThatWasBegunAnewIsFollowedFromItsEnd() {
        var queue = DeliveryQueue(epoch: "e", after: 7)
        queue.gather([8], through: 8, at: now)
        queue.follow(epoch: "e", after: 0)
        #expect(queue.message != nil)
        queue.follow(epoch: "f", after: 3)
        #expect(queue.message == nil && queue.after == 3)
    }
}

@Suite struct DeliveryStateTests {
    @Test func whatWasTakenStaysTakenWhenItCannotBeWritten() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/deliveries-\(UUID().uuidString)"
        // A folder in the place of the draft: writing fails, for root as well.
        let draft = folder + "/deliveries.json.new"
        try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a test's temporary folder
        let state = try DeliveryState(folder: folder)
        try state.settle()
        let queue = DeliveryQueue(epoch: "e", after: 7)
        #expect(throws: RequestFailure.self) { try state.keep(queue, of: "t") }
        #expect(state["t"] == queue)
        #expect(throws: RequestFailure.self) { try state.settle() }
        try FileManager.default.removeItem(atPath: draft)
        try state.settle()
        #expect(try DeliveryState(folder: folder)["t"] == queue)
    }
}

@Suite struct QuietHoursTests {
    private func entry(_ number: UInt64) -> FeedEntry {
        var entry = FeedEntry()
        entry.sequence = number
        return entry
    }

    @Test func somethingCriticalBehindThousandsIsFoundOnceAndLetsOutWhatStandsBeforeIt() {
        var watch = QuietWatch()
        var looked: [UInt64] = []
        let isBroken = { (watch: inout QuietWatch, epoch: String, after: UInt64) in
            watch.isBroken(
                epoch: epoch, after: after,
                { place in
                    looked.append(place)
                    return place < 2500 ? (place + 1...min(place + 1000, 2500)).map(entry) : []
                }, isCritical: { $0.sequence == 2200 })
        }
        #expect(isBroken(&watch, "e", 100))
        #expect(looked == [100, 1100, 2100, 2500])
        looked = []
        #expect(isBroken(&watch, "e", 2199) && !isBroken(&watch, "e", 2200))
        #expect(looked == [2500, 2500])
        // Numbers of another feed mean something else.
        #expect(isBroken(&watch, "f", 0))
    }

    @Test func targetThatIsNewAtNightGetsWhatComesInDuringIt() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        var configuration = AggregatorConfiguration(folder: headquarters.path)
        var target = DeliveryTarget(name: "night", form: .json)
        target.quietHours = QuietHours("22:00-07:00")
        configuration.deliveries = [target]
        let announce = { (number: Int) in
            let flag = Flag(.siteSilent, subject: "a", key: "\(number)", sites: [], at: .zero)
            try headquarters.store.announce(
                [Announcement(kind: "flag", subject: flag.id, sites: [], payload: FlagPayload(flag: flag).json())],
                at: .zero)
        }
        _ = try announce(1)
        let desk = try DeliveryDesk(
            configuration, store: headquarters.store,
            subjects: FeedSubjects(views: headquarters.views, handbook: .standard),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        var watch = QuietWatch()
        let night = Timestamp("2026-11-01 23:00", in: Handbook.standard.zone)!
        try await desk.step(target, &watch, at: night)
        _ = try announce(2)
        try await desk.step(target, &watch, at: night)
        #expect(try desk.standing().map(\.after) == [1])
        await headquarters.fold.stop()
    }

    @Test func entryThatCannotBeLookedUpIsNotPassedOver() {
        var filter = FeedFilter()
        filter.categories = ["leaks"]
        #expect(throws: CancellationError.self) { try filter.wants(entry(1)) { _ in throw CancellationError() } }
    }
}

@Suite struct DeliveryMessageTests {
    private func entry(_ number: UInt64, grade: Grade? = .critical, title: String? = nil) throws -> FeedEntry {
        var flag = Flag(
            .gradeRaised, subject: "0198", sites: [try SiteID("riverside")], at: .zero, grade: grade, rule: "x")
        flag.month = nil
        var entry = FeedEntry()
        (entry.sequence, entry.kind, entry.sites) = (number, "flag", ["riverside"])
        entry.payload = try FlagPayload(flag: flag, title: title).json()
        return entry
    }

    private func request(
        _ form: DeliveryTarget.Form, secret: String? = nil, _ entries: [FeedEntry]
    ) throws -> DeliveryRequest {
        try DeliveryRequest(
            DeliveryMessage(id: "e-1-2", entries: entries), to: DeliveryTarget(name: "t", form: form),
            address: "https://example.com/hook?key=1", secret: secret, handbook: .standard,
            at: Timestamp(milliseconds: 1_700_000_000_123))
    }

    @Test func robotsGetTextInTheirOwnForm() throws {
        let entries = [try entry(1), try entry(2)]
        for form in [DeliveryTarget.Form.wecom, .dingtalk] {
            let body = try request(form, entries).body
            #expect(body.hasPrefix(#"{"msgtype":"text","text":{"content":"回音：2 条新消息\n[升级]"#), "\(body)")
        }
        #expect(try request(.feishu, entries).body.contains(#""msg_type":"text""#))
        #expect(try request(.slack, [try entry(1, title: "<a> & b")]).body.contains("&lt;a&gt; &amp; b"))
    }

    /// The values were computed with Python's hmac from the receivers' descriptions.
    @Test func signaturesAreThoseThatTheReceiversCompute() throws {
        let dingtalk = try request(.dingtalk, secret: "SEC1", [try entry(1)]).address
        #expect(
            dingtalk
                == "https://example.com/hook?key=1&timestamp=1700000000123&sign=LtwRhnP04fXYO09uCgUpnz%2F3dV0OxcApXKnTCuuaVBQ%3D"
        )
        let feishu = try request(.feishu, secret: "SEC1", [try entry(1)]).body
        #expect(
            feishu.contains(#""sign":"s3Va4ru9IQUY6HTJcYx7OEVyXl0V0S/y32v4ZbfOHCI=","timestamp":"1700000000""#),
            "\(feishu)")
        let json = try request(.json, secret: "SEC1", [try entry(1)])
        #expect(json.headers.contains("X-Huiyin-Timestamp: 1700000000"))
        #expect(json.headers.contains { $0.hasPrefix("X-Huiyin-Signature: sha256=") && $0.count == 91 })
        #expect(json.body.contains(#""id":"e-1-2""#) && json.body.contains(#""sequence":1"#))
    }

    @Test func floodIsOneMessageThatSaysHowManyMore() throws {
        let entries = try (1...90).map { try entry(UInt64($0)) }
        let text = DeliveryMessage(id: "x", entries: entries).text(.chinese, handbook: .standard)
        #expect(text.hasPrefix("回音：90 条新消息\n") && text.contains("……另有 ") && text.utf8.count <= 2048)
    }

    @Test(arguments: Language.allCases) func textFitsIntoARobotsMessageHoweverLongItsLines(language: Language) throws {
        for count in [1, 2, DeliveryQueue.mostEntries] {
            for length in [1, 80, 150, 700, 5000] {
                let title = String(repeating: "漏水", count: length)
                let entries = try (1...count).map { try entry(UInt64($0), title: title) }
                let text = DeliveryMessage(id: "x", entries: entries).text(language, handbook: .standard)
                #expect(text.utf8.count <= 2048, "\(count) × \(length)")
                #expect(text.contains("漏"))
            }
        }
    }

    @Test func feishuGetsNoTags() throws {
        let body = try request(.feishu, [try entry(1, title: #"<at user_id="all">大家</at>"#)]).body
        #expect(!body.contains("<") && !body.contains(">") && body.contains("＜at user_id="))
    }

    @Test func entryThatThisProgramCannotReadGoesOnAsItIs() throws {
        var entry = try entry(7)
        entry.payload = #"{"flag":{"kind":"of_a_later_version","n":[1,2.5,null,true]}}"#
        #expect(try FeedLine(entry).json.contains(#""payload":"# + entry.payload))
        entry.payload = "no JSON"
        #expect(try FeedLine(entry).json.contains(#""payload":"no JSON""#))
        #expect(try request(.json, [entry]).body.contains(#""sequence":7"#))
    }

    @Test func testSaysThatItIsOneInEveryForm() throws {
        var entry = FeedEntry()
        entry.kind = DeliveryMessage.testKind
        for form in DeliveryTarget.Form.allCases where form != .json {
            #expect(try request(form, [entry]).body.contains("这是一条测试消息"), "\(form)")
        }
        #expect(try request(.json, [entry]).body.contains(#""kind":"test""#))
    }

    @Test func robotThatAnswers200AndRefusesHasNotTakenIt() {
        #expect(DeliveryRequest.isTaken(.wecom, status: 200, body: #"{"errcode":0,"errmsg":"ok"}"#))
        #expect(!DeliveryRequest.isTaken(.wecom, status: 200, body: #"{"errcode":93000,"errmsg":"invalid webhook"}"#))
        #expect(DeliveryRequest.isTaken(.feishu, status: 200, body: #"{"StatusCode":0}"#))
        #expect(!DeliveryRequest.isTaken(.feishu, status: 200, body: #"{"code":19021}"#))
        #expect(!DeliveryRequest.isTaken(.dingtalk, status: 200, body: "<html>"))
        #expect(
            DeliveryRequest.isTaken(.slack, status: 204, body: "")
                && !DeliveryRequest.isTaken(.json, status: 302, body: ""))
    }

    @Test func nothingInABodyEndsCurlsConfiguration() throws {
        var request = try request(.json, [try entry(1, title: "a\"\nurl = \"file:///etc/passwd")])
        request.headers.append("X: \"\\")
        let lines = DeliveryPost.configuration(request, body: "/tmp/body").split(separator: "\n")
        #expect(lines.count == 2 + request.headers.count)
        #expect(!lines.contains { $0.hasPrefix("url = \"file") })
    }

    @Test func largeBodyIsNoLineOfCurlsConfiguration() throws {
        var request = try request(.json, [try entry(1)])
        request.body = String(repeating: "@x", count: 150_000)
        let lines = DeliveryPost.configuration(request, body: "/tmp/a \"b\"/body").split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 8192 })
        #expect(lines.contains(#"data-binary = "@/tmp/a \"b\"/body""#))
    }

    @Test func answerInAnyEncodingHasItsStatus() {
        let answer = DeliveryPost.answer(Data([0xFF, 0x0A, 0xB0, 0x0D, 0x0A]) + Data("204".utf8))
        #expect(answer.status == 204 && DeliveryRequest.isTaken(.json, status: answer.status, body: answer.body))
        #expect(DeliveryPost.answer(Data()).status == 0)
        // What is not read has no bound.
        #expect(!DeliveryPost.arguments(.slack).contains("--max-filesize"))
        #expect(DeliveryPost.arguments(.feishu).contains("--max-filesize"))
    }

    @Test func onlyTheCodeOfARefusalIsTold() {
        let body = #"{"errcode":93000,"errmsg":"invalid token 1234 \u001b[2J"}"#
        let fault = DeliveryPost.refusal(.wecom, status: 200, body: body)
        #expect(fault.description == "the receiver answers 200 with code 93000")
        #expect(DeliveryPost.refusal(.json, status: 500, body: body).description == "the receiver answers 500")
    }

    @Test func programThatHangsIsEndedWithTheTask() async throws {
        let task = Task { try await DeliveryPost.run(["sleep"], ["600"], input: { _ in "" }) }
        task.cancel()
        await #expect(throws: DeliveryPost.Fault.self) { try await task.value }
        await #expect(throws: DeliveryPost.Fault.self) {
            try await DeliveryPost.run(["sleep"], ["600"], limit: .zero, input: { _ in "" })
        }
    }

    @Test func mailHasOneSubjectLineAndItsTextInBase64() throws {
        var target = DeliveryTarget(name: "m", form: .mail)
        target.receivers = ["a@example.com", "b@example.com"]
        let letter = DeliveryPost.letter(
            DeliveryMessage(id: "e-1-1", entries: [try entry(1, title: "x\nBcc: c@example.com")]), to: target,
            handbook: .standard)
        let head = letter.components(separatedBy: "\n\n")[0]
        #expect(head.contains("To: a@example.com, b@example.com\n") && !head.contains("Bcc"))
        #expect(head.components(separatedBy: "\nSubject: ").count == 2)
    }

    @Test func quietHoursMayRunOverMidnight() throws {
        let zone = TimeZoneRules("Asia/Shanghai")!
        let night = try #require(QuietHours("22:00-07:00"))
        for (time, quiet) in [("21:59", false), ("22:00", true), ("03:00", true), ("07:00", false)] {
            #expect(night.contains(Timestamp("2026-11-01 \(time)", in: zone)!, in: zone) == quiet, "\(time)")
        }
        for text in ["22-7", "25:00-07:00", "22:00", "22:00-22:00", "a:b-c:d", "22:00-07:00-08:00"] {
            #expect(QuietHours(text) == nil, "\(text)")
        }
    }
}

@Suite struct FeedFileTests {
    private func entries(_ numbers: ClosedRange<UInt64>) throws -> [FeedEntry] {
        try numbers.map { number in
            var entry = FeedEntry()
            (entry.sequence, entry.kind) = (number, "flag")
            entry.payload = try FlagPayload(flag: Flag(.siteSilent, subject: "a", sites: [], at: .zero)).json()
            return entry
        }
    }

    private func numbers(_ path: String) throws -> [Int] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["sequence"] as? Int)
        }
    }

    @Test func restartRepeatsNothingAndCutsAHalfLineAway() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer { for end in ["", ".epoch"] { try? FileManager.default.removeItem(atPath: path + end) } }
        var file = try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: "e", feedHead: 9)
        try file.append(entries(1...3))
        try SyncedFile.append(path, Data(#"{"sequence":4,"ki"#.utf8))
        var again = try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: "e", feedHead: 9)
        #expect(again.after == 3)
        try again.append(entries(2...5))
        #expect(try numbers(path) == [1, 2, 3, 4, 5])
    }

    @Test func fullFilesAreRenamedAndTheOldestGoes() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer {
            for end in ["", ".1", ".2", ".3", ".epoch"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        let line = try FeedLine(entries(1...1)[0]).json.utf8.count + 1
        var file = try FeedFile(path: path, mostBytes: 2 * line, kept: 2, feedEpoch: "e", feedHead: 9)
        try file.append(entries(1...7))
        #expect(try numbers(path) == [7])
        #expect(try numbers(path + ".1") == [5, 6] && numbers(path + ".2") == [3, 4])
        #expect(!FileManager.default.fileExists(atPath: path + ".3"))
    }

    @Test func fileThatIsAheadOfItsFeedIsPutAside() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer { for end in ["", ".1", ".epoch"] { try? FileManager.default.removeItem(atPath: path + end) } }
        var file = try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: "e", feedHead: 9)
        try file.append(entries(1...8))
        let anew = try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: "e", feedHead: 2)
        #expect(anew.after == 0 && !FileManager.default.fileExists(atPath: path))
        #expect(try numbers(path + ".1").count == 8)
    }

    @Test func fileOfAFeedThatWasBegunAnewIsPutAside() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer { for end in ["", ".1", ".2", ".epoch"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let open = { (epoch: String) in
            try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: epoch, feedHead: 9)
        }
        var file = try open("e")
        try file.append(entries(1...3))
        #expect(try open("e").after == 3)
        // Until the new feed has a line, the old file says nothing of it.
        for _ in 1...2 { #expect(try open("f").after == 0) }
        #expect(try numbers(path + ".1") == [1, 2, 3])
        try SyncedFile.append(path, Data(#"{"sequ"#.utf8))
        file = try open("f")
        #expect(file.after == 0)
        try file.append(entries(1...2))
        #expect(try open("f").after == 2)
        #expect(try numbers(path) == [1, 2] && numbers(path + ".1") == [1, 2, 3])
        // Full and renamed, but not written since.
        try FileManager.default.moveItem(atPath: path + ".1", toPath: path + ".2")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        #expect(try open("f").after == 2)
    }

    @Test func fileThatCannotBeOpenedIsNotTakenForNone() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }  // a test's temporary folder
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: (any Error).self) {
            try FeedFile(path: path, mostBytes: 1 << 20, kept: 2, feedEpoch: "e", feedHead: 9)
        }
    }

    @Test func lastLineIsFoundInALongFile() throws {
        let path = FileManager.default.temporaryDirectory.path + "/feed-\(UUID().uuidString)"
        defer { for end in ["", ".epoch"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let line = Data(#"{"sequence":1,"kind":"flag"}"#.utf8 + [0x0A])
        var content = Data()
        while content.count <= 1 << 20 { content += line }
        content += Data(#"{"sequence":9}"#.utf8 + [0x0A]) + Data(#"{"sequence":10"#.utf8)
        try SyncedFile.append(path, content)
        let file = try FeedFile(path: path, mostBytes: 1 << 30, kept: 2, feedEpoch: "e", feedHead: 9)
        #expect(file.after == 9)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).last == 0x0A)
    }
}
