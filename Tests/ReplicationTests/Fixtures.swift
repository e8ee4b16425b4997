import Foundation
import Records
import Replication
import Simulation
import Testing

/// Values that the tests share. Texts and keys are fixed, so that a failure reads the same each time.
enum Fixture {
    static let site = try! SiteID("A1")
    static let epoch = Epoch(bytes: [UInt8](repeating: 1, count: 16))!
    static let otherEpoch = Epoch(bytes: [UInt8](repeating: 2, count: 16))!
    static let signingKey = LogSigningKey(bytes: [UInt8](repeating: 3, count: 32))!
    static let receiptKey = LogSigningKey(bytes: [UInt8](repeating: 4, count: 32))!
    static let token = Data("session one".utf8)
    static let hash = ChainHash(bytes: [UInt8](repeating: 5, count: 32))!
    static let wideCredit = Credit(sequence: SequenceNumber(1_000_000), bytes: 1 << 30)

    static func log(_ count: Int, content: String = "note", epoch: Epoch = epoch) -> MemoryLog {
        MemoryLog(site: site, epoch: epoch, entries: count, content: content)
    }

    /// So many milliseconds after the start, by both clocks.
    static func moment(_ milliseconds: Int, clockError: Duration = .zero) -> Moment {
        let wall = Timestamp(milliseconds: 1_700_000_000_000 + Int64(milliseconds)) + clockError
        return Moment(uptime: .milliseconds(milliseconds), wall: wall)
    }

    static func position(_ sequence: UInt64, epoch: Epoch = epoch, hash: ChainHash = hash) -> LogPosition {
        LogPosition(epoch: epoch, sequence: SequenceNumber(sequence), hash: hash)
    }
}

extension Exchange {
    static func make(session: Data = Fixture.token, _ fill: (inout Exchange) -> Void) -> Exchange {
        var message = Exchange()
        message.session = session
        fill(&message)
        return message
    }

    /// An acknowledgement with headquarters' signature.
    static func acknowledgement(_ position: LogPosition, session: Data = Fixture.token) -> Exchange {
        // Signing a few bytes does not fail.
        let signature = try! Fixture.receiptKey.sign(.acknowledgement, site: Fixture.site, position: position)
        return make(session: session) { message in
            message.acknowledgement.durable = position.message
            message.acknowledgement.signature = signature
        }
    }

    /// What kind of message it is.
    var kind: String {
        switch body {
        case .hello: "HELLO"
        case .welcome: "WELCOME"
        case .reject(let reject): "REJECT \(reject.reason)"
        case .data: "DATA"
        case .acknowledgement: "ACK"
        case .ping: "PING"
        case .pong: "PONG"
        case .reset: "RESET"
        case .bye: "BYE"
        case .locate: "LOCATE"
        case .located: "LOCATED"
        case .down: "DOWN"
        case .downAcknowledgement: "DOWNACK"
        default: "other"
        }
    }
}
