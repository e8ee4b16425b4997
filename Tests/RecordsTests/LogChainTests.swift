import Foundation
import Testing

@testable import Records

/// The expected values come from Python's hashlib, by the formulas of `Protocol/replication.md`.
struct LogChainTests {
    private let site: SiteID
    private let first = entry(
        facts: (0..<40).map { $0 }, nonce: (0..<16).map { 0xA0 + $0 }, personal: Array("漏水".utf8))

    init() throws { site = try SiteID("lakeview") }

    @Test func chainEqualsTheIndependentComputation() throws {
        let origin = LogChain.origin(site: site, epoch: try epoch(), parent: nil)
        #expect(origin.description == "5b5080a24cf24901dbf1bfe85d4fda17437213d0db5acb6b2f791eb818ecfa68")
        let leaf = try #require(LogChain.leaf(first))
        #expect(leaf.description == "9b02e605d5f62e8494298e61868d01fd87243d4ff2379db13baded169935eccc")
        let one = LogChain.next(after: origin, sequence: SequenceNumber(1), leaf: leaf)
        #expect(one.description == "2717bfb8ac4169997e6e69b5c76b64f20e139f5a087ea657afc78ba05f9fd397")
        let empty = try #require(LogChain.leaf(entry()))
        #expect(empty.description == "bec6e29c49619cb6c01853f91b73e56f3ea7b2163330e6247f1646b9d40e1a4c")
        let two = LogChain.next(after: one, sequence: SequenceNumber(2), leaf: empty)
        #expect(two.description == "3da67b1a0a6c6dd0ba9da72c824cf214aaccde8bddb041ddba63e090769258be")
        let parent = LogPosition(epoch: try epoch(), sequence: SequenceNumber(2), hash: two)
        let child = LogChain.origin(site: site, epoch: try epoch(from: 16), parent: parent)
        #expect(child.description == "cb22cde3a9536525af643bb870f21b9a26552c146bdbe2a353ed5968bf4e7b26")
    }

    @Test func erasedEntryKeepsItsLeaf() throws {
        var erased = Entry()
        erased.facts = first.facts
        erased.personalDigest = Data(try bytes("dae4051c3d4226d8ca77af74b8891a0c36741aac8c26695cc185e9ff622bffe1"))
        #expect(LogChain.leaf(erased) == LogChain.leaf(first))
    }

    @Test func changingAnyPartChangesTheLeaf() throws {
        let leaf = try #require(LogChain.leaf(first))
        for part in [\Entry.facts, \.nonce, \.personal] {
            for place in [0, first[keyPath: part].count - 1] {
                var changed = first
                changed[keyPath: part][place] ^= 1
                #expect(LogChain.leaf(changed) != leaf)
            }
        }
        var shifted = first
        shifted.facts.append(0)
        #expect(LogChain.leaf(shifted) != leaf)
    }

    @Test func placePredecessorSiteEpochAndParentAreAllPartOfTheChain() throws {
        let leaf = try #require(LogChain.leaf(first))
        let origin = LogChain.origin(site: site, epoch: try epoch(), parent: nil)
        let parent = LogPosition(epoch: try epoch(), sequence: .zero, hash: origin)
        let hashes = [
            origin, LogChain.origin(site: try SiteID("oldtown"), epoch: try epoch(), parent: nil),
            LogChain.origin(site: site, epoch: try epoch(from: 1), parent: nil),
            LogChain.origin(site: site, epoch: try epoch(), parent: parent),
            LogChain.next(after: origin, sequence: SequenceNumber(1), leaf: leaf),
            LogChain.next(after: origin, sequence: SequenceNumber(2), leaf: leaf),
            LogChain.next(after: leaf, sequence: SequenceNumber(1), leaf: origin),
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func malformedEntriesHaveNoLeaf() {
        #expect(LogChain.leaf(Entry()) == nil)
        #expect(LogChain.leaf(entry(nonce: [1, 2, 3])) == nil)
        var both = first
        both.personalDigest = Data(repeating: 1, count: 32)
        #expect(LogChain.leaf(both) == nil)
        var short = Entry()
        short.personalDigest = Data(repeating: 1, count: 31)
        #expect(LogChain.leaf(short) == nil)
    }
}
