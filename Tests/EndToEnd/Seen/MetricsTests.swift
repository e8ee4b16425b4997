import Foundation
import Testing

extension EndToEnd {
    /// `/metrics` of both daemons.
    struct Metrics {
        private static let token = "0123456789abcdef0123456789abcdef"

        /// A request by HTTP/1.1, over curl: what Prometheus would send.
        private func curl(_ house: House, _ arguments: String...) async throws -> Output {
            try await house.run(["-s", "-m", "5", "-w", "\n%{http_code}"] + arguments, program: "/usr/bin/curl")
        }

        @Test func headquartersTellsWhoHasTheToken() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let port = try Ports.free()
                let file = try house.write("token", Data(Self.token.utf8))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
                let config = headquarters.folder + "/aggregator.yaml"
                let text = house.text(of: config) + "metrics:\n  listen: 127.0.0.1:\(port)\n  token-file: \(file)\n"
                try Data(text.utf8).write(to: URL(filePath: config))
                try await headquarters.daemon.start()
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("c1", "电梯坏了")
                _ = try await headquarters.notes(["c1"])
                let url = "http://127.0.0.1:\(port)/metrics"
                let bearer = ["-H", "Authorization: Bearer " + Self.token]
                let told = try await eventually("the metrics") {
                    let told = try await curl(house, url, bearer[0], bearer[1])
                    return told.text.contains("huiyin_site_up{site=\"north\"} 1") ? told.text : nil
                }
                #expect(told.contains("# TYPE huiyin_entries gauge"))
                #expect(told.contains("huiyin_site_lag_records{site=\"north\"}"))
                #expect(told.contains("huiyin_site_key_age_days{site=\"north\"} 0"))
                #expect(try await curl(house, url).text.hasSuffix("401"))
                #expect(try await curl(house, url, "-H", "Authorization: Bearer wrong").text.hasSuffix("401"))
                let foreign = try await curl(house, url, bearer[0], bearer[1], "-H", "Host: evil.example")
                #expect(foreign.text.hasSuffix("403"), "\(foreign)")
            }
        }

        @Test func aBranchTellsOnItsSocket() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("c1", "电梯坏了")
                _ = try await headquarters.notes(["c1"])
                try await eventually("the metrics") {
                    let told = try await curl(house, "--unix-socket", branch.socket, "http://localhost/metrics")
                    let isThere =
                        told.text.contains("huiyin_agent_link_up 1") && told.text.contains("huiyin_agent_lag_records 0")
                    return isThere && told.text.hasSuffix("200") ? true : nil
                }
            }
        }
    }
}
