import Foundation
import Records
import Replication
import Testing

struct SessionTokensTests {
    private func token(_ number: UInt64, _ epoch: Epoch = Fixture.epoch) -> Data {
        SessionToken(epoch: epoch, number: number).data
    }

    @Test func theConfirmedAndTheOfferedCount() {
        var tokens = SessionTokens()
        #expect(tokens.state(of: Data()) == .current)
        tokens.offer(token(1))
        #expect(tokens.state(of: Data()) == .current)  // the WELCOME may be lost
        #expect(tokens.state(of: token(1)) == .current)
        let taken1 = tokens.confirm(token(1))
        #expect(taken1)
        #expect(tokens.state(of: Data()) == .none)
        tokens.offer(token(2))
        #expect(tokens.state(of: token(1)) == .current)
        #expect(tokens.state(of: token(2)) == .current)
        let taken2 = tokens.confirm(token(2))
        #expect(taken2)
        #expect(tokens.state(of: token(1)) == .stale)
    }

    @Test func onlyWhatWasOfferedCanBeConfirmed() {
        var tokens = SessionTokens(confirmed: token(1))
        let taken3 = tokens.confirm(token(7))
        #expect(!taken3)
        let taken4 = tokens.confirm(token(1))
        #expect(!taken4)
        #expect(tokens.confirmed == token(1))
    }

    @Test func severalOffersCountUntilOneIsTakenUp() {
        var tokens = SessionTokens(confirmed: token(1))
        for number in 2...20 as ClosedRange<UInt64> { tokens.offer(token(number)) }
        #expect(tokens.offered.count == SessionTokens.greatestOffers)
        #expect(tokens.state(of: token(15)) == .current)
        let taken5 = tokens.confirm(token(15))
        #expect(taken5)
        #expect(tokens.state(of: token(20)) == .stale)
    }

    @Test func aTokenThatWasNeverGivenProvesAForgottenLife() {
        var tokens = SessionTokens()
        #expect(tokens.neverGave(token(3), in: Fixture.epoch))
        tokens.offer(token(3))
        _ = tokens.confirm(token(3))
        tokens.offer(token(9))
        #expect(!tokens.neverGave(token(3), in: Fixture.epoch))
        #expect(!tokens.neverGave(token(9), in: Fixture.epoch))
        #expect(tokens.neverGave(token(5), in: Fixture.epoch))
        #expect(tokens.neverGave(token(10), in: Fixture.epoch))
        #expect(!tokens.neverGave(token(10, Fixture.otherEpoch), in: Fixture.epoch))
        #expect(!tokens.neverGave(Data("no token".utf8), in: Fixture.epoch))
    }

    /// Only so many are kept: what is older may have been given.
    @Test func whatIsOlderThanTheMemoryProvesNothing() {
        var tokens = SessionTokens()
        for number in 100..<200 as Range<UInt64> {
            tokens.offer(token(number))
            _ = tokens.confirm(token(number))
        }
        #expect(!tokens.neverGave(token(5), in: Fixture.epoch))
        #expect(tokens.state(of: token(5)) == .stale)
        #expect(tokens.neverGave(token(200), in: Fixture.epoch))
    }

    @Test func aTokenNamesItsEpoch() {
        var tokens = SessionTokens()
        tokens.offer(token(1))
        // Its WELCOME may be lost: only what was taken up was met.
        #expect(!tokens.met(Fixture.epoch))
        _ = tokens.confirm(token(1))
        #expect(tokens.met(Fixture.epoch))
        #expect(!tokens.met(Fixture.otherEpoch))
        #expect(SessionToken(token(7)) == SessionToken(epoch: Fixture.epoch, number: 7))
        #expect(SessionToken(Data(repeating: 0, count: 23)) == nil)
    }

    /// Found by a simulated fleet, seed 201378: the confirmation was lost with headquarters' power, and then the site's disk
    /// took no further token for a while.
    @Test func theTokenThatTheSiteComesWithIsNotPushedOutByOffers() {
        var tokens = SessionTokens()
        func token(_ number: UInt64) -> Data { SessionToken(epoch: Fixture.epoch, number: number).data }
        tokens.offer(token(1))
        for number in 2...40 as ClosedRange<UInt64> {
            #expect(tokens.state(of: token(1)) == .current)
            tokens.brought(token(1))
            tokens.offer(token(number))
        }
        // What was offered since counts, too, and the greeting of before that comes late takes nothing from it.
        #expect(tokens.state(of: token(40)) == .current)
        tokens.brought(token(39))
        #expect(tokens.state(of: token(40)) == .current)
        #expect(tokens.state(of: token(1)) == .stale)
    }
}
