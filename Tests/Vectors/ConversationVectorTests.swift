import Foundation
import Records
import Replication
import Testing

/// Whole conversations: what a site says, word for word, and what headquarters must answer.
struct ConversationVectorTests {
    private struct Vectors: Decodable {
        struct Conversation: Decodable {
            var name: String
            var steps: [Step]
        }
        struct Step: Decodable {
            var say: Hex
            var answers: [String]
        }
        var site: String
        var siteKey: Hex
        var receiptKey: Hex
        var token: Hex
        var headquartersEpoch: Hex
        var clock: Int64
        var conversations: [Conversation]
    }

    private let vectors: Vectors

    init() throws { vectors = try VectorFile.read("conversations") }

    @Test func headquartersAnswersAsTheVectorsSay() throws {
        try #require(vectors.conversations.count >= 30)
        for conversation in vectors.conversations {
            var desk = try Desk(vectors.site, vectors.siteKey.data, vectors.receiptKey.data)
            for (number, step) in conversation.steps.enumerated() {
                let message = try step.say.data.withUnsafeBytes { bytes throws(MalformedMessage) in
                    try Exchange(frame: bytes)
                }
                let answers = try desk.take(
                    message, greeting: greeting(), token: vectors.token.data, clock: vectors.clock)
                #expect(answers == step.answers, "\(conversation.name), step \(number + 1)")
            }
        }
    }

    private func greeting() throws -> Greeting {
        Greeting(name: "vectors", epoch: try #require(Epoch(bytes: vectors.headquartersEpoch.data)))
    }
}

/// Headquarters' side with a store that has everything at once.
private struct Desk {
    private var receiver: SiteReceiver
    private let receipts: LogVerifyingKey
    private let site: SiteID
    private var stored: [LogPosition] = []

    init(_ site: String, _ siteKey: Data, _ receiptKey: Data) throws {
        let key = try #require(LogSigningKey(bytes: receiptKey))
        self.site = try SiteID(site)
        receipts = key.verifyingKey
        receiver = SiteReceiver(
            site: self.site, memory: SiteMemory(), verifyingKeys: [try #require(LogVerifyingKey(bytes: siteKey))],
            receiptKey: key)
    }

    mutating func take(_ message: Exchange, greeting: Greeting, token: Data, clock: Int64) throws -> [String] {
        let moment = Moment(uptime: .zero, wall: Timestamp(milliseconds: clock))
        if case .hello(let hello) = message.body {
            return try perform(receiver.hello(hello, token: token, headquarters: greeting, at: moment))
        }
        return try perform(receiver.receive(message, at: moment))
    }

    private mutating func perform(_ effects: [SiteReceiver.Effect]) throws -> [String] {
        try effects.flatMap { effect -> [String] in
            switch effect {
            case .send(let message): return [try words(message)]
            case .commit(let batch):
                for (index, hash) in batch.hashes.enumerated() {
                    let sequence = batch.slice.first.advanced(by: index)
                    stored.append(LogPosition(epoch: batch.slice.epoch, sequence: sequence, hash: hash))
                }
                return try perform(receiver.committed(batch.slice.end))
            case .open(let opening): return try perform(receiver.opened(opening.token))
            case .compare(let place):
                let same = stored.first { ($0.epoch, $0.sequence) == (place.epoch, place.sequence) }
                return try perform(receiver.compared(same?.hash))
            default: return []
            }
        }
    }

    /// An answer as the vectors name it; a receipt must verify.
    private func words(_ message: Exchange) throws -> String {
        switch message.body {
        case .welcome(let welcome): return "WELCOME \(welcome.version)"
        case .acknowledgement(let acknowledgement):
            let place = try #require(LogPosition(acknowledgement.durable))
            #expect(receipts.verifies(acknowledgement.signature, .acknowledgement, site: site, position: place))
            return "ACK \(place.epoch.description.prefix(8)) \(place.sequence)"
        case .pong(let pong): return "PONG \(pong.durable.sequence)"
        case .reject(let reject): return "REJECT \(reject.reason)"
        case .reset: return "RESET"
        case .bye: return "BYE"
        default: return "something else"
        }
    }
}
