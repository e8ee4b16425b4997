import Agent
import Aggregator
import ArgumentParser
import Embeddings
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How this side stands: a branch's agent, or headquarters.",
        discussion: """
            With --admin (or $HUIYIN_ADMIN) it asks headquarters; with --socket, --config or --agent it asks that agent.
            Without any of them it asks headquarters where an administrator's configuration is, and the local agent elsewhere.
            Examples:
              huiyin status
              huiyin status --config /etc/huiyin/agent.yaml
              huiyin status --admin admin.yaml --json | jq '.sites[] | select(.lagRecords > 0)'
            """)

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions
    @OptionGroup var address: AgentAddress

    func run() async throws {
        let namesAgent = address.socket != nil || address.config != nil || address.agent != nil
        let standard = AdministratorConfiguration.standardFile
        if options.admin != nil || !namesAgent && FileManager.default.fileExists(atPath: standard) {
            try headquarters()
        } else {
            try await agent()
        }
    }

    private func line(_ embeddings: MeaningDesk.Status) -> String {
        let refused =
            embeddings.refused > 0 ? Console.say("，拒绝 \(embeddings.refused)", ", \(embeddings.refused) refused") : ""
        guard let reason = embeddings.reason else {
            return Console.say(
                "语义向量 \(embeddings.endpoint)：待询问 \(embeddings.missing)\(refused)",
                "embeddings from \(embeddings.endpoint): \(embeddings.missing) to be asked\(refused)")
        }
        return Console.coloured(
            Console.say(
                "语义向量自 \(embeddings.since ?? "?") 起不可用，暂时只按字词归并（待询问 \(embeddings.missing)\(refused)）：\(reason)",
                "embeddings are away since \(embeddings.since ?? "?"), words alone are compared "
                    + "(\(embeddings.missing) to be asked\(refused)): \(reason)"), .yellow)
    }

    private func headquarters() throws {
        try options.withLink { link in
            if json {
                return Console.line(String(decoding: try link.requestData("status", NoArguments()), as: UTF8.self))
            }
            let status = try link.request("status", NoArguments(), as: HeadquartersStatus.self)
            let counts = status.views
            Console.line(
                Console.say(
                    "总部 \(status.endpoint)，服务手册 \(status.handbook)",
                    "headquarters at \(status.endpoint), handbook \(status.handbook)"))
            Console.line(
                Console.say(
                    "已存 \(status.entries) 条，已计入 \(counts["folded"] ?? 0) 条；投诉 \(counts["case_view"] ?? 0)，"
                        + "同类问题 \(counts["issue"] ?? 0)，客户 \(counts["customer"] ?? 0)，动态 \(status.feed)",
                    "\(status.entries) entries stored, \(counts["folded"] ?? 0) counted; \(counts["case_view"] ?? 0) cases, "
                        + "\(counts["issue"] ?? 0) issues, \(counts["customer"] ?? 0) customers, feed at \(status.feed)"
                ))
            Console.line(
                status.newestBackup.map { Console.say("最近备份 \($0)", "newest backup \($0)") }
                    ?? Console.coloured(
                        Console.say("没有备份：请运行 huiyin backup", "there is no backup: run huiyin backup"), .red))
            if let embeddings = status.embeddings { Console.line(line(embeddings)) }
            for site in status.sites where site.trimmedEarly ?? 0 > 0 {
                Console.line(
                    Console.coloured(
                        Console.say(
                            "站点 \(site.id) 因磁盘预算在备份前清理了 \(site.trimmedEarly ?? 0) 条",
                            "site \(site.id) trimmed \(site.trimmedEarly ?? 0) entries before they were backed up, by its disk budget"
                        ), .yellow))
            }
            let behind = status.sites.filter { $0.hasHandbook == false && $0.state != "revoked" }.map(\.id)
            if !behind.isEmpty {
                let names = behind.prefix(20).joined(separator: " ") + (behind.count > 20 ? " …" : "")
                Console.line(
                    Console.coloured(
                        Console.say(
                            "\(behind.count) 个站点还没有收到服务手册 \(status.handbook)：\(names)",
                            "\(behind.count) sites do not have handbook \(status.handbook) yet: \(names)"), .yellow))
            }
            for line in SiteTable(status.sites).lines { Console.line(line) }
        }
    }

    private func agent() async throws {
        let data = try await address.client().status()
        if json { return Console.line(String(decoding: data, as: UTF8.self)) }
        let status = try JSONDecoder().decode(AgentAnswer.self, from: data)
        let log = status.log
        Console.line(
            Console.say("站点 \(status.site)，服务手册 \(status.handbook)", "site \(status.site), handbook \(status.handbook)")
        )
        Console.line(
            Console.say(
                "日志 \(log.head) 条，总部已确认 \(log.acknowledged) 条，滞后 \(log.lag_records) 条",
                "log at \(log.head), acknowledged \(log.acknowledged), lag \(log.lag_records)")
                + (log.oldest_unacknowledged_seconds.map { Console.say("，最旧 \(Int($0)) 秒", ", oldest \(Int($0)) s") }
                    ?? ""))
        if let behind = status.handbook_behind {
            Console.line(
                Console.coloured(
                    Console.say(
                        "总部已发布服务手册 \(behind.version)，本程序版本无法读取；请升级：\(behind.reason)",
                        "headquarters published handbook \(behind.version), which this version cannot read; "
                            + "upgrade it: \(behind.reason)"), .red))
        }
        if log.backup_policy == "none" {
            Console.line(
                Console.coloured(
                    Console.say("总部没有备份", "headquarters makes no backups"), .red))
        }
        if log.trimmed_early > 0 {
            Console.line(
                Console.coloured(
                    Console.say(
                        "因磁盘预算在备份前清理了 \(log.trimmed_early) 条",
                        "\(log.trimmed_early) entries were trimmed before they were backed up, by the disk budget"),
                    .yellow))
        }
        let isLive = status.link.state == "live"
        Console.line(
            Console.say("连接 ", "link ") + Console.coloured(status.link.state, isLive ? .green : .yellow)
                + (status.link.last_failure.map { "  \($0)" } ?? ""))
        if !status.disk.takes_records {
            Console.line(Console.coloured(Console.say("磁盘已满：不再接收新记录", "the disk is full: nothing new is taken"), .red))
        }
    }

    /// What of the agent's answer is shown; the names are those of `Protocol/http.yaml`.
    private struct AgentAnswer: Decodable {
        struct Log: Decodable {
            var head: UInt64
            var acknowledged: UInt64
            var lag_records: UInt64
            var oldest_unacknowledged_seconds: Double?
            var backup_policy: String
            var trimmed_early: UInt64
        }

        struct Link: Decodable {
            var state: String
            var last_failure: String?
        }

        struct Disk: Decodable { var takes_records: Bool }

        struct Behind: Decodable {
            var version: String
            var reason: String
        }

        var site: String
        var handbook: String
        var handbook_behind: Behind?
        var log: Log
        var link: Link
        var disk: Disk
    }
}
