import Foundation
import Records
import Replication
import ZeroMQ
import Storage
import SwiftProtobuf
import Testing

@testable import Agent

@Suite struct AgentTests {
    @Test func aSecondAgentOnTheFolderIsRefused() async throws {
        try await withAgent { agent in
            let configuration = try configuration(in: agent.folder)
            #expect {
                try AgentService(configuration, version: "test", logger: .silent)
            } throws: { error in
                "\(error)".contains(configuration.folder) && "\(error)".contains("another huiyin process")
            }
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await withAgent(configure: { $0.listening = .init(host: "127.0.0.1", port: 0) }) { agent in
            let port = try #require(agent.port)
            await #expect {
                try await withAgent(configure: { $0.listening = .init(host: "127.0.0.1", port: port) }) { _ in }
            } throws: { error in
                "\(error)".contains("127.0.0.1:\(port) is in use") && "\(error)".contains("http.listen")
            }
        }
    }

    @Test func aSocketThatAnotherAgentServesIsLeftToIt() async throws {
        try await withAgent { agent in
            let socket = try configuration(in: agent.folder).socket
            await #expect {
                try await withAgent(configure: { $0.socket = socket }) { _ in }
            } throws: { error in
                "\(error)".contains("another agent listens")
            }
            #expect(try await agent.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func whatWasSavedIsThereAfterARestart() async throws {
        let folder = try TemporaryFolder()
        try await withAgent(folder: folder) { agent in
            _ = try await agent.post(#"{"id":"a","kind":"visit","text":"很好"}"#)
        }
        try await withAgent(folder: folder) { agent in
            #expect(try await agent.ask("GET", "/v1/records/a").fields["text"]?.stringValue == "很好")
            let (status, report) = try await agent.post(#"{"id":"a","kind":"visit","text":"很好"}"#)
            #expect(status == 200 && report.known == 1)
        }
        #expect(!folder.exists("data/agent.sock"))
    }

    @Test func itWorksWhileHeadquartersIsAway() async throws {
        let elsewhere = try TemporaryFolder()
        let keys = try AgentKeys(try configuration(in: elsewhere).keys)
        try await withAgent(configure: { configuration in
            configuration.headquarters = .init(endpoints: ["tcp://127.0.0.1:1"], key: keys.curve.publicKey)
        }) { agent in
            _ = try await agent.post(#"{"kind":"visit"}"#)
            let status = try await agent.ask("GET", "/v1/status")
            #expect(status.fields["link"]?.structValue.fields["state"]?.stringValue == "connecting")
            #expect(status.fields["log"]?.structValue.fields["lag_records"]?.numberValue == 1)
        }
    }

    @Test func aMissingKeyIsNamed() throws {
        let folder = try TemporaryFolder()
        let configuration = try configuration(in: folder)
        try FileManager.default.removeItem(atPath: configuration.keys.signing)
        #expect {
            try AgentService(configuration, version: "test", logger: .silent)
        } throws: { error in
            "\(error)".contains(configuration.keys.signing)
        }
    }

    @Test func aClientWithoutAnAgentIsToldWhatToDo() async throws {
        let folder = try TemporaryFolder()
        await #expect {
            try await AgentClient(.socket(folder.file("agent.sock"))).status()
        } throws: { error in
            "\(error)".contains("is the agent running?") && "\(error)".contains(folder.file("agent.sock"))
        }
    }
}
