import Foundation
import Records
import Replication
import SwiftProtobuf
import Testing

struct MessageVectorTests {
    @Test func messagesAreWrittenAndReadAsTheVectorsSay() throws {
        for row in try VectorFile.rows("messages", "messages") {
            let name = try row.text("name")
            let message = try Exchange(jsonUTF8Data: row.json("json"))
            #expect(message.frame() == (try row.bytes("bytes")), "\(name)")
            #expect(try read(row.bytes("bytes")) == message, "\(name)")
        }
    }

    /// A site takes the outbox of the vectors, entry by entry, and says of it what they say.
    @Test func theOutboxOfTheVectorsIsTaken() throws {
        var said: [String: Exchange] = [:]
        for row in try VectorFile.rows("messages", "messages") {
            said[try row.text("name")] = try read(row.bytes("bytes"))
        }
        let (down, first, last) = try (
            #require(said["DOWN"]), #require(said["DOWNACK of a site that has nothing, after WELCOME"]),
            #require(said["DOWNACK"])
        )
        let keys = try VectorFile.rows("signatures", "keys")
        let key = try #require(try keys.first { try $0.text("name") == "headquarters" }).bytes("public")
        var receiver = InboxReceiver(site: try SiteID("lakeview"), durable: nil)
        guard
            case .send(let opening)? = try receiver.welcomed(
                logEpoch: #require(Epoch(bytes: first.downAcknowledgement.logEpoch))
            ).first,
            case .store(let slice)? = try receiver.received(
                down.down, keys: [#require(LogVerifyingKey(bytes: key))]
            ).first,
            case .send(let answer)? = receiver.stored(upTo: slice.end, durable: slice.end).first
        else {
            Issue.record("the outbox was not taken")
            return
        }
        #expect(opening == first.downAcknowledgement)
        #expect(answer == last.downAcknowledgement)
    }

    /// Only bodies that a daemon of this version sends or takes are of the protocol.
    @Test func everyKindOfMessageHasAVector() throws {
        let kinds = try VectorFile.rows("messages", "messages").compactMap { row in
            try read(row.bytes("bytes")).body.map { String("\($0)".prefix { $0 != "(" }) }
        }
        for kind in [
            "hello", "welcome", "reject", "data", "acknowledgement", "ping", "pong", "reset", "bye", "request",
            "answer",
            "tail", "feed", "locate", "located", "fetch", "fetched", "quarantine", "down",
            "downAcknowledgement",
        ] { #expect(kinds.contains(kind), "\(kind)") }
    }

    @Test func fieldsOfALaterVersionAreKept() throws {
        for row in try VectorFile.rows("messages", "unknownFields") {
            let bytes = try row.bytes("bytes")
            let message = try read(bytes)
            #expect(message.frame() == bytes)
            #expect(try message.body == Exchange(jsonUTF8Data: row.json("json")).body)
        }
    }

    @Test func malformedFramesAreNoMessages() throws {
        for row in try VectorFile.rows("messages", "malformed") {
            let (why, bytes) = (try row.text("why"), try row.bytes("bytes"))
            #expect(throws: MalformedMessage.self, "\(why)") { try read(bytes) }
        }
    }

    private func read(_ bytes: Data) throws -> Exchange {
        try bytes.withUnsafeBytes { frame throws(MalformedMessage) in try Exchange(frame: frame) }
    }
}
