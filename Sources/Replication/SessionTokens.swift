package import Foundation
package import Records

/// The sessions that headquarters had with one site, as far as they still count at the next HELLO.
///
/// A token is *offered* by WELCOME and *confirmed* by its first use: a lost WELCOME is no clone. Durable before the WELCOME
/// that offers one goes out.
package struct SessionTokens: Hashable, Sendable {
    /// Offers that are kept: HELLOs that were repeated or came late each got one of their own.
    package static let greatestOffers = 8
    /// Numbers that are kept, to tell a session that was left behind from one that was never given.
    package static let greatestGiven = 32

    /// The last session that the site took up; nil before the first.
    package private(set) var confirmed: Data?
    /// Offered since, oldest first.
    package private(set) var offered: [Data]
    /// The newest tokens that the site was ever given, oldest first.
    package private(set) var given: [Data]

    package init(confirmed: Data? = nil, offered: [Data] = [], given: [Data] = []) {
        self.confirmed = confirmed
        self.offered = offered
        self.given = given
    }

    /// What a token in HELLO says. Where no session was ever taken up, none can have been left behind.
    package func state(of token: Data) -> Resume.Token {
        if token.isEmpty { return confirmed == nil ? .current : .none }
        return token == confirmed || offered.contains(token) ? .current : .stale
    }

    /// Whether a token of headquarters' present epoch was never given to this site: then headquarters gave it in a life
    /// that it does not remember.
    package func neverGave(_ token: Data, in epoch: Epoch) -> Bool {
        guard let parsed = SessionToken(token), parsed.epoch == epoch, token != confirmed, !given.contains(token) else {
            return false
        }
        let numbers = given.compactMap { SessionToken($0) }.filter { $0.epoch == epoch }.map(\.number)
        // A number from before the oldest that is kept may have been given.
        return given.count < Self.greatestGiven || numbers.first.map { parsed.number > $0 } ?? true
    }

    /// Whether the site took up a session with headquarters in this epoch. An offer says nothing: its WELCOME may be lost, and
    /// the site comes with a token of before the restore once more.
    package func met(_ epoch: Epoch) -> Bool { confirmed.flatMap { SessionToken($0) }?.epoch == epoch }

    package mutating func offer(_ token: Data) {
        offered.append(token)
        if offered.count > Self.greatestOffers { offered.removeFirst() }
        given.append(token)
        if given.count > Self.greatestGiven { given.removeFirst() }
    }

    /// The site came with a token that was offered, so that it has it on its disk: however many offers it cannot keep come
    /// after, this one counts. Those after it do as well, as the greeting may have been long under way.
    package mutating func brought(_ token: Data) {
        guard let place = offered.firstIndex(of: token) else { return }
        confirmed = token
        offered.removeFirst(place + 1)
    }

    /// The site used a token: what was offered beside it counts no more. False when nothing changed.
    package mutating func confirm(_ token: Data) -> Bool {
        guard offered.contains(token) else { return false }
        confirmed = token
        offered = []
        return true
    }

    /// An administrator said that the copy with this token is the site.
    package mutating func admit(_ token: Data) {
        confirmed = token.isEmpty ? nil : token
        offered = []
    }
}

/// A session's name: headquarters' epoch and a number, given once.
package struct SessionToken: Hashable, Sendable {
    package var epoch: Epoch
    package var number: UInt64

    package init(epoch: Epoch, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }

    /// From 24 bytes; nil for any other number of them.
    package init?(_ data: Data) {
        guard data.count == 24, let epoch = Epoch(bytes: data.prefix(16)) else { return nil }
        self.epoch = epoch
        number = data.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var data: Data {
        var data = epoch.data
        withUnsafeBytes(of: number.bigEndian) { data.append(contentsOf: $0) }
        return data
    }
}
