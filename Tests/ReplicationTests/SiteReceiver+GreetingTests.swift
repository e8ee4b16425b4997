import Foundation
import Records
import Replication
import Simulation
import Testing

/// How headquarters takes greetings of sites whose disks or whose own disk went back in time.
struct SiteReceiverGreetingTests {
    private let log = Fixture.log(10)
    private let hq = Fixture.otherEpoch

    private func token(_ number: UInt64) -> Data { SessionToken(epoch: hq, number: number).data }

    /// Headquarters has so many entries and confirmed session 5; the site's memory is of session `theirs`.
    private func desk(stored: UInt64 = 6, confirmed: UInt64? = 5) -> ReceiverDesk {
        var desk = ReceiverDesk(stored: log.position(stored))
        guard let confirmed else { return desk }
        var tokens = SessionTokens()
        for number in 1...confirmed {
            tokens.offer(token(number))
            _ = tokens.confirm(token(number))
        }
        desk.receiver = SiteReceiver(
            site: Fixture.site, memory: SiteMemory(epochs: desk.receiver.memory.epochs, tokens: tokens),
            verifyingKeys: [Fixture.signingKey.verifyingKey], receiptKey: Fixture.receiptKey)
        return desk
    }

    private func extent(_ head: UInt64, parent: LogPosition? = nil) -> EpochExtent {
        EpochExtent(head: log.position(head), parent: parent)
    }

    /// Greets, and repeats a challenge if one is asked for.
    private func greet(
        _ desk: inout ReceiverDesk, _ extents: [EpochExtent], last: Data, hq epoch: Epoch? = nil
    ) -> Exchange? {
        let fill = { (challenge: Data) in
            { (hello: inout Exchange.Hello) in
                hello.lastSession = last
                hello.lastHeadquartersEpoch = (epoch ?? Fixture.otherEpoch).data
                hello.challenge = challenge
            }
        }
        let answer = desk.greet(extents, token: token(50), fill(Data()))
        guard let challenge = answer?.reset.challenge, !challenge.isEmpty else { return answer }
        return desk.greet(extents, token: token(51), fill(challenge))
    }

    @Test func theTokenIsOfferedOnlyOnceItIsDurable() {
        var desk = desk()
        desk.opensAtOnce = false
        #expect(greet(&desk, [extent(8)], last: token(5)) == nil)
        #expect(desk.words == ["open"])
        #expect(desk.openings.last?.tokens.offered == [token(50)])
        #expect(desk.receiver.session == nil)
        #expect(desk.receiver.opened(token(49)).isEmpty)
        #expect(desk.receiver.opened(token(50)).count == 1)
        #expect(desk.receiver.session == token(50))
    }

    @Test func aLostWelcomeIsNoClone() {
        var desk = desk()
        #expect(greet(&desk, [extent(8)], last: token(5))?.welcome.session == token(50))
        // The site never saw it, and greets with what it has.
        _ = desk.greet([extent(8)], token: token(52)) { $0.lastSession = token(5) }
        #expect(desk.sent.first?.welcome.session == token(52))
        // It saw it, but headquarters never saw it used.
        _ = desk.greet([extent(8)], token: token(53)) { $0.lastSession = token(50) }
        #expect(desk.sent.first?.welcome.session == token(53))
    }

    @Test func theFirstUseConfirms() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(5))
        var ping = Exchange.Ping()
        ping.head = log.position(8).message
        #expect(desk.receive(.make(session: token(50)) { $0.ping = ping }) == ["PONG"])
        #expect(desk.isConfirmed)
        #expect(desk.receiver.memory.tokens.confirmed == token(50))
        #expect(desk.receive(.make(session: token(50)) { $0.ping = ping }) == ["PONG"])
        #expect(!desk.isConfirmed)
    }

    @Test func anOldTokenWithAHeadBehindIsARollback() {
        var desk = desk()
        let welcome = greet(&desk, [extent(4)], last: token(3))?.welcome
        #expect(welcome?.standing == .rolledBack)
        #expect(welcome?.durable == [log.position(6).message])
    }

    @Test(arguments: [6, 8] as [UInt64]) func anOldTokenWithAHeadAheadIsAClone(head: UInt64) {
        var desk = desk()
        let answer = greet(&desk, [extent(head)], last: token(3))
        #expect(answer?.reject.reason == .fenced)
        #expect(desk.words == ["fence", "REJECT fenced"])
        // From now on at once; noted each time, as the disk may have refused it before.
        #expect(desk.greet([extent(head)]) { $0.lastSession = token(3) }?.reject.reason == .fenced)
        #expect(desk.words == ["fence", "REJECT fenced"])
    }

    @Test func aCloneLeavesTheSessionThatIsOpenAlone() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(5))
        _ = greet(&desk, [extent(8)], last: token(3))
        #expect(desk.receiver.session == token(50))
    }

    /// A HELLO of a process that is long dead, delivered late.
    @Test func anOldGreetingIsAskedForAgainAndChangesNothing() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(5))
        let answer = desk.greet([extent(4)], token: token(60)) { $0.lastSession = token(3) }
        #expect(answer?.reset.challenge == token(60))
        #expect(desk.words == ["RESET"])
        #expect(desk.receiver.session == token(50))
        // A challenge of another moment does not pass either.
        #expect(desk.greet([extent(4)], token: token(61)) { $0.challenge = token(59) }?.reset.challenge == token(61))
    }

    @Test func aGreetingThatComesTwiceIsAnsweredOnce() {
        var desk = desk()
        let once = { (hello: inout Exchange.Hello) in (hello.boot, hello.attempt) = (Data([1]), 7) }
        #expect(desk.greet([extent(8)], once) != nil)
        #expect(desk.greet([extent(8)], token: token(70), once) == nil)
        #expect(desk.greet([extent(8)]) { ($0.boot, $0.attempt) = (Data([1]), 6) } == nil)
        #expect(desk.greet([extent(8)]) { ($0.boot, $0.attempt) = (Data([2]), 1) } != nil)
    }

    @Test func anAdministratorAdmitsACopyOnce() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(3))
        desk.receiver.decided([token(3): .sameSite])
        #expect(greet(&desk, [extent(8)], last: token(3))?.welcome.standing == .level)
        #expect(desk.openings.last?.admitted == token(3))
        // The other one is the copy now.
        #expect(greet(&desk, [extent(8)], last: token(5))?.reject.reason == .fenced)
        // And a further copy with the token that was admitted is one, too.
        desk.receiver.decided([:])
        _ = desk.receive(.make(session: token(50)) { $0.ping.head = log.position(8).message })
        #expect(greet(&desk, [extent(8)], last: token(3))?.reject.reason == .fenced)
    }

    @Test func aCopyThatIsToBeAnotherSiteStaysOut() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(3))
        desk.receiver.decided([token(3): .newSite])
        let answer = greet(&desk, [extent(8)], last: token(3))
        #expect(answer?.reject.reason == .fenced)
        #expect(answer?.reject.detail.contains("another site") == true)
    }

    /// Found by a simulated fleet, seed 59: the disk of headquarters was full when a site with a new disk greeted, and the
    /// next greeting was measured by the session that had never come to be.
    @Test func aSessionThatCannotBeKeptLeavesNoTrace() {
        var desk = desk()
        desk.opensAtOnce = false
        let fresh = Fixture.log(2, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!)
        for _ in 0..<3 {
            #expect(greet(&desk, [fresh.extent], last: Data()) == nil)
            #expect(desk.openings.last?.epochs.map(\.epoch) == [fresh.epoch])
            #expect(desk.openings.last?.incidents.map(\.kind) == [.replaced])
            #expect(desk.fail(.diskFull) == ["REJECT diskFull"])
            #expect(desk.receiver.memory.epochs[fresh.epoch] == nil)
            #expect(desk.receiver.memory.tokens.offered.isEmpty)
        }
        desk.opensAtOnce = true
        #expect(greet(&desk, [fresh.extent], last: Data())?.welcome.standing == .replaced)
    }

    @Test func anAdmittanceThatCannotBeKeptIsNotSpent() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(3))
        desk.receiver.decided([token(3): .sameSite])
        desk.opensAtOnce = false
        _ = greet(&desk, [extent(8)], last: token(3))
        _ = desk.fail(.diskFull)
        desk.opensAtOnce = true
        #expect(greet(&desk, [extent(8)], last: token(3))?.welcome.standing == .level)
    }

    @Test func aNewDiskIsWelcomedAndWhatTheOldOneHadIsNamed() {
        var desk = desk()
        _ = greet(&desk, [extent(9)], last: token(5))  // it claimed 9, 6 are stored
        _ = desk.receive(.make(session: token(50)) { $0.ping.head = log.position(9).message })
        let fresh = Fixture.log(2, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!)
        let welcome = greet(&desk, [fresh.extent], last: Data())?.welcome
        #expect(welcome?.standing == .replaced)
        #expect(welcome?.others.map(\.head) == [log.position(6).message])
        let incident = desk.openings.last?.incidents.first
        #expect(incident?.kind == .replaced)
        #expect(incident?.place == log.position(6))
        #expect(incident?.count == 3)
    }

    @Test func anEpochThatARestoreBeganIsTakenAndFlagged() {
        var desk = desk()
        var child = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!, parent: log.position(4)
        ).extent
        child.cause = .restored
        let welcome = greet(&desk, [extent(4), child], last: token(3))?.welcome
        #expect(welcome?.standing == .level)
        #expect(desk.openings.last?.incidents.map(\.kind) == [.restored])
        #expect(desk.openings.last?.incidents.first?.count == 2)
    }

    @Test func aSecondChildOfOneParentWithAnOldTokenIsAClone() {
        var desk = desk()
        let first = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 8, count: 16))!, parent: log.position(6))
        let second = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!, parent: log.position(6))
        #expect(greet(&desk, [extent(6), first.extent], last: token(5))?.welcome.standing == .level)
        #expect(greet(&desk, [extent(6), second.extent], last: token(3))?.reject.reason == .fenced)
    }

    /// The original comes back after the copy went on from an earlier entry in an epoch of its own.
    @Test func anEpochThatGoesOnBeyondTheForkOfAnUnknownChildIsAClone() {
        var desk = desk()
        let child = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 8, count: 16))!, parent: log.position(6))
        #expect(greet(&desk, [extent(6), child.extent], last: token(5))?.welcome.standing == .level)
        #expect(greet(&desk, [extent(7)], last: token(3))?.reject.reason == .fenced)
    }

    @Test func aFolderFromBeforeAChildIsARollback() {
        var desk = desk()
        let child = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 8, count: 16))!, parent: log.position(6))
        #expect(greet(&desk, [extent(6), child.extent], last: token(5))?.welcome.standing == .level)
        #expect(greet(&desk, [extent(6)], last: token(3))?.welcome.standing == .rolledBack)
    }

    @Test func afterItsBranchTheSiteGoesOnThoughHeadquartersHasMoreOfTheOldEpoch() {
        var desk = desk()
        let child = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!, entries: 2,
            parent: log.position(4))
        var extent9 = child.extent
        extent9.cause = .rolledBack
        let welcome = greet(&desk, [extent(4), extent9], last: token(5))?.welcome
        #expect(welcome?.standing == .level)
        #expect(welcome?.credit.sequence == 20_000)
        // And again, with the same epochs.
        #expect(desk.greet([extent(4), extent9]) { $0.lastSession = token(50) }?.welcome.standing == .level)
    }

    // MARK: Headquarters restored

    private func receipt(_ sequence: UInt64, key: LogSigningKey = Fixture.receiptKey) throws -> Receipt {
        let position = log.position(sequence)
        return Receipt(
            position: position, signature: try key.sign(.acknowledgement, site: Fixture.site, position: position))
    }

    @Test func aReceiptBeyondWhatIsStoredProvesARestore() throws {
        var desk = desk()
        var extent = extent(9)
        extent.receipt = try receipt(8)
        #expect(greet(&desk, [extent], last: token(5)) == nil)
        #expect(desk.words == ["headquarters behind"])
        // Headquarters began a new epoch: the same greeting is now nothing strange, whatever its token.
        desk.headquarters.ancestors = [hq]
        desk.headquarters.epoch = Fixture.epoch
        #expect(greet(&desk, [extent], last: token(5), hq: hq)?.welcome.standing == .level)
    }

    @Test func aReceiptOfTheKeyBeforeProvesARestoreToo() throws {
        var desk = desk()
        desk.receiver.receiptKey = LogSigningKey(bytes: [UInt8](repeating: 8, count: 32))!
        var extent = extent(9)
        extent.receipt = try receipt(8)
        #expect(greet(&desk, [extent], last: token(5))?.welcome.standing == .level)
        desk.receiver.formerReceiptKeys = [Fixture.receiptKey.verifyingKey]
        #expect(greet(&desk, [extent], last: token(50)) == nil)
        #expect(desk.words == ["headquarters behind"])
    }

    @Test func aReceiptOfSomebodyElseProvesNothing() throws {
        var desk = desk()
        var extent = extent(9)
        extent.receipt = try receipt(8, key: Fixture.signingKey)
        #expect(greet(&desk, [extent], last: token(5))?.welcome.standing == .level)
        extent.receipt = try receipt(6)
        #expect(greet(&desk, [extent], last: token(50))?.welcome.standing == .level)
    }

    @Test func aTokenThatWasNeverGivenProvesARestore() {
        var desk = desk()
        #expect(greet(&desk, [extent(8)], last: token(40)) == nil)
        #expect(desk.words == ["headquarters behind"])
    }

    @Test func afterARestoreTokensOfBeforeProveNoClone() {
        var desk = desk()
        desk.headquarters.ancestors = [hq]
        desk.headquarters.epoch = Fixture.epoch
        #expect(greet(&desk, [extent(8)], last: token(2), hq: hq)?.welcome.standing == .level)
    }

    @Test func aLostWelcomeAfterARestoreIsNoClone() {
        var desk = desk()
        desk.headquarters.ancestors = [hq]
        desk.headquarters.epoch = Fixture.epoch
        let fresh = SessionToken(epoch: Fixture.epoch, number: 1).data
        for _ in 0..<2 {
            let answer = desk.greet([extent(8)], token: fresh) { hello in
                hello.lastSession = token(2)
                hello.lastHeadquartersEpoch = hq.data
            }
            #expect(answer?.welcome.standing == .level)
        }
        // Once the site took the new session up, who comes with the old token is another one.
        _ = desk.receive(.make(session: fresh) { $0.ping.head = log.position(8).message })
        #expect(greet(&desk, [extent(8)], last: token(2), hq: hq)?.reject.reason == .fenced)
    }

    @Test func bothRolledBackIsStillARollbackOfTheSite() {
        var desk = desk()
        desk.headquarters.ancestors = [hq]
        desk.headquarters.epoch = Fixture.epoch
        #expect(greet(&desk, [extent(3)], last: token(2), hq: hq)?.welcome.standing == .rolledBack)
    }

    // MARK: LOCATE

    @Test func locateIsAnsweredWithWhatIsStored() {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(5))
        _ = desk.receive(.make(session: token(50)) { $0.ping.head = log.position(8).message })
        let words = desk.receive(
            .make(session: token(50)) { message in
                message.locate.epoch = log.epoch.data
                message.locate.sequences = [0, 3, 9]
            })
        #expect(words == ["find [0, 3, 9]"])
        let answer = desk.receiver.found(
            log.epoch, [0, 3, 9].map { SequenceNumber($0) }, [log.hash(at: .zero), log.position(3).hash, nil])
        guard case .send(let message) = answer.first else {
            Issue.record("no LOCATED")
            return
        }
        #expect(message.located.hashes.map(\.count) == [32, 32, 0])
    }

    @Test(arguments: [0, 65]) func locateAsksForOneToSixtyFourPlaces(count: Int) {
        var desk = desk()
        _ = greet(&desk, [extent(8)], last: token(5))
        let words = desk.receive(
            .make(session: token(50)) { message in
                message.locate.epoch = log.epoch.data
                message.locate.sequences = Array(repeating: 1, count: count)
            })
        #expect(words.contains("misbehaved"))
    }

    // MARK: Claims

    @Test func aBranchThatWasIssuedAgainIsNoLoss() {
        var desk = desk()
        _ = greet(&desk, [extent(9)], last: token(5))
        var child = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 9, count: 16))!, entries: 2,
            parent: log.position(6)
        ).extent
        child.cause = .diverged
        _ = greet(&desk, [extent(6), child], last: token(50))
        #expect(desk.openings.last?.settled == [log.epoch])
        #expect(desk.openings.last?.incidents.map(\.kind) == [.diverged])
    }
}
