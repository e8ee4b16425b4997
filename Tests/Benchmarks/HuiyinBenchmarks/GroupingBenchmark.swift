import Foundation
import Records
import Recurrence
import Replication

/// Times the grouping of texts into issues, in this process, without input and output.
///
/// Built only where `HUIYIN_BENCHMARKS` is set; `Tests/Benchmarks/run` does so.
@main
struct GroupingBenchmark {
    /// How many texts: a small headquarters' year, a middle one's, and the most that are kept.
    private static let sizes = [3_300, 20_000, 200_000]

    static func main() {
        let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        for size in sizes.isEmpty ? Self.sizes : sizes {
            let texts = Self.texts(size)
            let clock = ContinuousClock()
            let (known, arriving) = (Array(texts.dropLast(Self.arriving)), texts.suffix(Self.arriving))
            let began = clock.now
            // Nothing stops it.
            guard let grouped = try? IssueGrouper().group(known, .none) else { return }
            print(
                "grouping of \(known.count) texts: \(Self.seconds(clock.now - began)) s, \(grouped.grouping.issues.count) issues, ",
                "\(Self.greatestMemory) MB at most", separator: "")
            Self.measure(grouped.index, arriving)
        }
        Self.measureUnmerge(100_000)
    }

    /// Merges all issues of so many texts into one, and takes the last merge back.
    private static func measureUnmerge(_ count: Int) {
        let texts = texts(count)
        let issues = IssueGrouper().group(texts).issues.map { $0.members[0] }
        var merges = zip(issues, issues.dropFirst()).map { IssueDecisions.Decision.merge($0, $1) }
        let last = merges.removeLast()
        let before = IssueGrouper().group(texts, decisions: IssueDecisions(merges))
        let clock = ContinuousClock()
        var (merged, after) = (before, before)
        let merging = clock.measure {
            merged = IssueGrouper().group(texts, decisions: IssueDecisions(merges + [last]))
        }
        let parting = clock.measure { after = IssueGrouper().group(texts, decisions: IssueDecisions(merges)) }
        print(
            "an issue of \(merged.issues.map(\.members.count).max() ?? 0) texts out of \(merges.count + 1) merges: ",
            "merged in \(seconds(merging)) s, parted in \(seconds(parting)) s, ",
            after == before && after != merged ? "exactly as before" : "NOT as before", separator: "")
    }

    /// Texts that come in one by one once the others are grouped.
    private static let arriving = 2_000

    private static func measure(_ index: consuming IssueIndex, _ arriving: ArraySlice<IssueText>) {
        let clock = ContinuousClock()
        var joined = 0
        let times = arriving.map { text in
            clock.measure { if index.assign(text) != .alone { joined += 1 } }
        }.sorted()
        let milliseconds = { (duration: Duration) in String(format: "%.2f", duration / .milliseconds(1)) }
        let rate = Double(times.count) / (times.reduce(.zero, +) / .seconds(1))
        print(
            "  online beside them: \(Int(rate)) texts/s, p99 \(milliseconds(times[times.count * 99 / 100])) ms, ",
            "longest \(times.last.map(milliseconds) ?? "-") ms; \(joined) of \(times.count) joined others; ",
            "\(Self.greatestMemory) MB at most", separator: "")
    }

    private static func seconds(_ duration: Duration) -> String {
        String(format: "%.2f", Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }

    /// Complaints that share a place and a problem about two by two, each in words of its own; fixed seed.
    private static func texts(_ count: Int) -> [IssueText] {
        var random = SplitMix64(seed: 20_261_001)
        let year: Int64 = 365 * 86_400_000
        var incidents: [String] = []
        return (0..<count).map { index in
            if incidents.isEmpty || Bool.random(using: &random) {
                if incidents.count == 100 { incidents.removeFirst() }
                let block = Int.random(in: 1...30, using: &random)
                incidents.append(word(&random) + "苑\(block)号楼" + pick(problems, &random))
            }
            let incident = pick(incidents, &random)
            let words = (0..<4).map { _ in word(&random) + word(&random) + "了" + word(&random) }
            let body = [incident] + words + [pick(sentences, &random), pick(sentences, &random)]
            return IssueText(
                id: RecordID(high: UInt64(index), low: 1 << 63), time: Int64(index) * (year / Int64(count)),
                site: "s\(index % 10)", title: incident, body: body.joined(separator: "，") + "。",
                complainant: "c\(Int.random(in: 0..<count, using: &random))")
        }
    }

    /// Two characters out of 3,000.
    private static func word(_ random: inout SplitMix64) -> String {
        let scalars = (0..<2).compactMap { _ in Unicode.Scalar(0x4E00 + UInt32.random(in: 0..<3000, using: &random)) }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func pick(_ words: [String], _ random: inout SplitMix64) -> String {
        words[Int.random(in: 0..<words.count, using: &random)]
    }

    private static let problems = [
        "电梯停运", "电梯异响", "厨房漏水", "外墙渗水", "下水道堵塞", "楼道灯不亮", "垃圾没有清运", "车位被占", "门禁失灵",
        "保安态度差", "物业费重复收取", "暖气不热", "木门开裂", "墙面裂缝", "窗户漏风", "夜间施工噪音",
    ]
    private static let sentences = [
        "报修三天仍无人上门", "老人上下楼很不方便", "希望尽快处理", "邻居家也有同样的问题", "已经是第二次反映了",
        "客服电话一直打不通", "维修师傅来过一次没有修好", "the repair did not hold", "nobody answered the hotline",
        "雨天更加严重", "影响正常生活", "请给一个明确的答复", "物业说要等厂家", "we were told to wait",
    ]

    /// The greatest resident size of this process so far, in MB.
    private static var greatestMemory: Int {
        // 0 where there is no /proc.
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) / 1024
    }
}
