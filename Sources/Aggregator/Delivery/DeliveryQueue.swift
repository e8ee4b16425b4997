package import Records

/// What is to be done for one target next: decided from what is waiting, what was tried and the moment. A value without effects.
///
/// A message is fixed before it is sent the first time and kept until it was taken or given up, so that a repetition is the same
/// message under the same id, and nothing overtakes it.
package struct DeliveryQueue: Sendable, Codable, Equatable {
    /// Everything up to here was sent, given up or not wanted.
    package private(set) var after: UInt64
    /// The feed's epoch that the numbers are of, in hexadecimal digits.
    package private(set) var epoch: String
    /// The message under way; nil when there is none.
    package private(set) var message: Message?
    /// Messages that were given up.
    package private(set) var dead = 0
    /// Messages that were taken.
    package private(set) var sent = 0
    /// Why the last attempt failed; nil when it did not.
    package private(set) var fault: String?

    /// A range of the feed that is sent as one message.
    package struct Message: Sendable, Codable, Equatable {
        package var id: String
        /// The numbers of its entries.
        package var entries: [UInt64]
        /// Everything up to here was looked at.
        package var through: UInt64
        /// How often it was tried.
        package var attempts = 0
        /// When it may be tried again.
        package var notBefore: Timestamp
    }

    /// After so many attempts a message is given up: with the back-off below about seven hours.
    package static let mostAttempts = 24
    /// Of more waiting entries several messages are made.
    package static let mostEntries = 200
    private static let firstPause: Duration = .seconds(2)
    private static let longestPause: Duration = .seconds(1800)

    /// A new target begins at the feed's end: nobody wants a year's messages at once.
    package init(epoch: String, after: UInt64) {
        self.epoch = epoch
        self.after = after
    }

    /// Makes the next message of what is waiting, if there is none under way.
    /// - Parameters:
    ///   - wanted: entries beyond `after` that the target wants, in their order.
    ///   - through: everything up to here was looked at.
    package mutating func gather(_ wanted: [UInt64], through: UInt64, at now: Timestamp) {
        guard message == nil else { return }
        let entries = Array(wanted.prefix(Self.mostEntries))
        guard let first = entries.first, let last = entries.last else {
            after = max(after, through)
            return
        }
        message = Message(
            id: "\(epoch.prefix(8))-\(first)-\(last)", entries: entries,
            through: entries.count < wanted.count ? last : through, notBefore: now)
    }

    /// Whether the message under way is to be sent now.
    package func isDue(at now: Timestamp) -> Bool { message.map { $0.notBefore <= now } ?? false }

    /// The receiver has it.
    package mutating func taken() {
        guard let message else { return }
        (after, self.message, fault) = (message.through, nil, nil)
        sent += 1
    }

    /// It was not taken. Returns the message when it is given up: it is to be kept elsewhere, and the next one has its turn.
    package mutating func failed(_ reason: String, at now: Timestamp) -> Message? {
        guard var message else { return nil }
        fault = reason
        message.attempts += 1
        guard message.attempts < Self.mostAttempts else {
            (after, self.message) = (message.through, nil)
            dead += 1
            return message
        }
        let doubled = Self.firstPause * (1 << min(message.attempts - 1, 20))
        message.notBefore = now + min(doubled, Self.longestPause)
        self.message = message
        return nil
    }

    /// It could not even be given up: the message stays as it is, and is tried once more after the longest pause.
    package mutating func postpone(_ reason: String, at now: Timestamp) {
        fault = reason
        message?.notBefore = now + Self.longestPause
    }

    /// The feed was begun anew: its numbers mean something else.
    package mutating func follow(epoch: String, after: UInt64) {
        guard epoch != self.epoch else { return }
        (self.epoch, self.after, message, fault) = (epoch, after, nil, nil)
    }
}
