import Foundation
import Records

extension SiteReceiver {
    /// Refuses the session for what the peer did.
    mutating func reject(_ reason: Exchange.Reject.Reason, _ detail: String) -> [Effect] {
        [refuse(reason, detail), .misbehaved("\(reason): \(detail)")]
    }

    /// Ends the session with REJECT.
    mutating func refuse(_ reason: Exchange.Reject.Reason, _ detail: String) -> Effect {
        let message = send { $0.reject = Exchange.Reject(reason, detail) }
        state = .closed
        return message
    }

    /// Asks for a new greeting. A frame of a foreign session does not end the one that is open.
    /// - Parameter session: what the frame named, so that the peer knows which of its sessions is meant.
    mutating func reset(_ detail: String, session: Data) -> Effect {
        if session == self.session { state = .closed }
        var message = Exchange()
        message.session = session
        message.reset.detail = detail
        return .send(message)
    }

    /// ACK: the site's receipt for everything up to `position`.
    func acknowledge(_ position: LogPosition) -> Effect {
        var acknowledgement = Exchange.Acknowledgement()
        acknowledgement.durable = position.message
        acknowledgement.credit = credit(for: position.epoch).message
        // Ed25519 signing of a few bytes has no way to fail; without a receipt the acknowledgement would still be true.
        if let signature = try? receiptKey.sign(.acknowledgement, site: site, position: position) {
            acknowledgement.signature = signature
        }
        return send { $0.acknowledgement = acknowledgement }
    }

    func credit(for epoch: Epoch?) -> Credit {
        let sequence = epoch.flatMap { position(of: $0) }?.sequence ?? .zero
        return Credit(sequence: sequence.advanced(by: window.entries), bytes: window.bytes)
    }

    /// A message of this session.
    func send(_ fill: (inout Exchange) -> Void) -> Effect {
        var message = Exchange()
        if case .open(let open) = state { message.session = open.token }
        fill(&message)
        return .send(message)
    }
}

extension Exchange.Reject {
    /// What the disk or the load may settle is tried again sooner.
    init(_ reason: Reason, _ detail: String) {
        self.init()
        self.reason = reason
        self.detail = detail
        retryAfterMs = reason == .overload || reason == .diskFull ? 5000 : 15_000
    }
}
