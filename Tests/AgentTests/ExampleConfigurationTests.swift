import Foundation
import Records
import Testing

@testable import Agent

/// `Deploy/config/agent.yaml` shows every key; people copy it.
@Suite struct ExampleConfigurationTests {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../Deploy/config/agent.yaml").standardizedFileURL.path

    @Test func theExampleIsRead() throws {
        let configuration = try AgentConfiguration.read(file: Self.file)
        #expect(configuration.site.text == "riverside")
        #expect(configuration.headquarters?.endpoints == ["tcp://hq.example:7410"])
        #expect(configuration.users.map(\.role) == [.clerk, .manager, .readOnly])
    }

    @Test func theExampleShowsTheDefaults() throws {
        let configuration = try AgentConfiguration.read(file: Self.file)
        let defaults = AgentConfiguration(site: configuration.site, folder: AgentConfiguration.defaultFolder)
        #expect(configuration.folder == defaults.folder)
        #expect(configuration.zone.name == defaults.zone.name)
        #expect(configuration.keys.curve == defaults.keys.curve)
        #expect(configuration.keys.signing == defaults.keys.signing)
        #expect(configuration.keys.organisation == defaults.keys.organisation)
        #expect(configuration.diskReserve == defaults.diskReserve)
        #expect(configuration.logLevel == defaults.logLevel)
    }
}
