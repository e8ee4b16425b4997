package import Foundation
package import Records

/// What a site must not forget of its sessions, kept in the data folder beside the log: a folder that is rolled back or copied
/// brings an old token with it, which is how headquarters can tell.
package struct SessionMemory: Hashable, Sendable {
    /// The last session that was taken up; empty before the first.
    package var token = Data()
    /// Headquarters' epoch then; empty before.
    package var headquartersEpoch = Data()
    /// The key that signs headquarters' receipts, as the last WELCOME told it; nil before the first. Without pins it is never
    /// another one.
    package var receiptKey: LogVerifyingKey?
    /// The longest wait before a connection that nobody took is tried again.
    package var reconnect: Duration = Backoff.cap

    package init() {}
}
