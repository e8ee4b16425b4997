package import Records

/// A site's log as its exchange with headquarters needs it. `SiteLog` keeps one on SQLite, the simulator one on a disk of its
/// own; `ReplicatedLogContract` says what both must hold.
package protocol ReplicatedLog {
    /// What is retained, oldest first; never empty.
    var extents: [EpochExtent] { get }
    /// The newest epoch's last entry. It is durable: nothing that a crash could take back is ever sent.
    var head: LogPosition { get }
    /// Whether no entry is on its way onto the disk.
    var isIdle: Bool { get }
    /// The own chain's hash at a place, `h(0)` at zero; nil when there is no such entry.
    func hash(at sequence: SequenceNumber, of epoch: Epoch) throws -> ChainHash?
    /// Entries after `request.after`, verified; empty when there are none. Throws for an entry that is damaged or gone.
    func read(_ request: LogRead) throws -> LogSlice
    /// Headquarters has everything up to here. A lower position than before is not taken.
    func noteAcknowledged(_ position: LogPosition)
    /// What is still held of it.
    var retention: Retention { get }
    /// How far headquarters allows it to be trimmed; may be lost.
    func note(_ backedUp: BackedUp)
    /// Keeps headquarters' receipt in the place of an older one; may be lost.
    func note(_ receipt: Receipt)
    /// What was last remembered of the sessions with headquarters.
    var sessionMemory: SessionMemory { get }
    /// Remembers; durable when it returns.
    func remember(_ memory: SessionMemory) throws
    /// Begins a new epoch and issues there, in their order, the entries that follow the branch's last common one. Durable
    /// when it returns; the epochs are then these.
    func branch(_ branch: LogBranch) throws -> [EpochExtent]
}

/// A log that is never trimmed.
extension ReplicatedLog {
    package var retention: Retention { Retention() }
    package func note(_ backedUp: BackedUp) {}
}

/// A site's end of the exchange: performs on the log what `SiteSession` decides, and hands the rest to its shell.
///
/// The agent's replicator and the simulator run this same step; it has one owner, and no thread or clock of its own.
package final class SiteExchange<Log: ReplicatedLog> {
    /// What the shell performs, in this order.
    package enum Effect {
        case connect
        case disconnect
        case send(Exchange)
        /// Hand over `tick` at this uptime at the latest; replaces earlier wishes.
        case wake(at: Duration)
        /// Headquarters' clock minus ours, good to within `uncertainty`.
        case clockMeasured(offset: Duration, uncertainty: Duration)
        /// What headquarters says of keys.
        case keys(Exchange.Keys)
        /// What headquarters has of entries that were asked for.
        case fetched(LogSlice)
        /// Which entries of this log headquarters cannot read.
        case quarantine(Exchange.Quarantine)
        /// Hand over to the `InboxReceiver`: a session opened, entries of this site's outbox, headquarters lives. The answer
        /// is `say`.
        case opened
        case down(Exchange.Batch)
        case heartbeat
        /// Something that an operator may want to see.
        case note(String)
        /// The log goes on in a new epoch.
        case branched(LogBranch)
        /// The log could not be read; the session ends and is tried again.
        case unreadable(any Error)
    }

    /// Performs an effect; answers with the event that follows from it at once, if any.
    package typealias Shell = (Effect) -> SiteSession.Event?

    package private(set) var session: SiteSession
    let log: Log
    private let clock: () -> Moment
    private let isIntakeIdle: () -> Bool

    /// - Parameters:
    ///   - clock: asked for each event.
    ///   - isIntakeIdle: whether no record has its time but is not handed to the log yet.
    package init(
        _ session: SiteSession, log: Log, clock: @escaping () -> Moment,
        isIntakeIdle: @escaping () -> Bool = { true }
    ) {
        self.session = session
        self.log = log
        self.clock = clock
        self.isIntakeIdle = isIntakeIdle
    }

    /// Takes an event and all that follows from it at once.
    package func handle(_ event: SiteSession.Event, _ shell: Shell) {
        if case .received(let message) = event, let backedUp = BackedUp(message) { log.note(backedUp) }
        var events = [recognized(event)]
        while !events.isEmpty {
            // The moment first: whatever is written down after it does not belong to what is said to be complete up to it.
            let moment = clock()
            session.vitals.isIdle = isIntakeIdle() && log.isIdle && log.head == session.sender.head
            for effect in session.handle(events.removeFirst(), at: moment) {
                if let next = perform(effect, shell) { events.append(next) }
            }
        }
    }

    /// The log may have gone on in an epoch that the session was not told of: beginning it failed, and was found afterwards to
    /// be there all the same.
    private func recognized(_ event: SiteSession.Event) -> SiteSession.Event {
        guard case .appended(let head) = event, head.epoch != session.sender.head.epoch, head.epoch == log.head.epoch
        else { return event }
        return .branched(log.extents)
    }

    private func perform(_ effect: SiteSession.Effect, _ shell: Shell) -> SiteSession.Event? {
        switch effect {
        case .connect: return shell(.connect)
        case .disconnect: return shell(.disconnect)
        case .send(var message):
            log.retention.fill(&message)
            return shell(.send(message))
        case .wake(let uptime): return shell(.wake(at: uptime))
        case .clockMeasured(let offset, let uncertainty):
            return shell(.clockMeasured(offset: offset, uncertainty: uncertainty))
        case .opened: return shell(.opened)
        case .down(let batch): return shell(.down(batch))
        case .heartbeat: return shell(.heartbeat)
        case .note(let text): return shell(.note(text))
        case .remember(let memory): return remember(memory, shell)
        case .receipt(let receipt):
            log.note(receipt)
            return nil
        case .keys(let keys): return shell(.keys(keys))
        case .repair(let body): return repair(body, shell)
        case .log(let effect): return perform(effect, shell)
        }
    }

    private func perform(_ effect: LogSender.Effect, _ shell: Shell) -> SiteSession.Event? {
        do {
            switch effect {
            case .compare(let epoch, let sequence): return .compared(try log.hash(at: sequence, of: epoch))
            case .read(let request): return .read(try log.read(request))
            case .acknowledged(let position):
                log.noteAcknowledged(position)
                return nil
            case .find(let epoch, let places):
                return .found(try places.map { try log.hash(at: $0, of: epoch) })
            case .branch(let branch):
                let extents = try log.branch(branch)
                return shell(.branched(branch)) ?? .branched(extents)
            case .locate: preconditionFailure("the session asks headquarters itself")
            }
        } catch {
            return shell(.unreadable(error)) ?? .closed("the log cannot be read: \(error)")
        }
    }

    private func remember(_ memory: SessionMemory, _ shell: Shell) -> SiteSession.Event? {
        do {
            try log.remember(memory)
            return nil
        } catch {
            // The session's token must not be used, nor named in the next HELLO: forgotten, it would make this site look like a
            // copy of itself.
            session.memory = log.sessionMemory
            return shell(.unreadable(error)) ?? .closed("the session cannot be noted: \(error)")
        }
    }
}
