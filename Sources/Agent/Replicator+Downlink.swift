import Logging
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// The shell of the `InboxReceiver`.
extension Replicator {
    /// Performs what the inbox decided; returns what the session is to tell headquarters, if anything.
    func perform(_ effects: [InboxReceiver.Effect]) -> SiteSession.Event? {
        var answer: SiteSession.Event?
        for effect in effects {
            switch effect {
            case .send(let message): answer = .say(.downAcknowledgement(message))
            case .store(let slice):
                inboxLog?.append(slice, at: SystemClock.wall) { [weak self] result in
                    guard let self else { return }
                    thread.perform { self.assumeIsolated { $0.stored(upTo: slice.end, result) } }
                }
            case .refused(let what):
                logger.error("what headquarters handed on cannot be believed", metadata: ["what": "\(what)"])
            }
        }
        return answer
    }

    private func stored(upTo end: LogPosition, _ result: Result<LogPosition, StorageError>) {
        switch result {
        case .success(let position):
            if let event = perform(inbox.stored(upTo: end, durable: position)) { handle(event) }
        case .failure(let error):
            inbox.storingFailed()
            logger.error("storing what headquarters handed on", metadata: ["error": "\(error)"])
        }
    }
}
