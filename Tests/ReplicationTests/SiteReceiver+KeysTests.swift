import Foundation
import Records
import Simulation
import SwiftProtobuf
import Testing

@testable import Replication

/// A site's keys change by an entry of its log.
struct SiteReceiverKeysTests {
    private let newKey = LogSigningKey(bytes: [UInt8](repeating: 6, count: 32))!
    private let curveKey = [UInt8](repeating: 7, count: 32)

    /// Five notes, a key change, five more.
    private func log(_ change: (inout KeyChange) -> Void = { _ in }) throws -> MemoryLog {
        var keyChange = try KeyChange(of: Fixture.site, curveKey: curveKey, signingKey: newKey)
        change(&keyChange)
        var facts = Facts()
        facts.body = .keyChange(keyChange)
        var entry = Entry()
        entry.facts = try facts.serializedData()
        entry.nonce = Data(repeating: 1, count: 16)
        var log = Fixture.log(5)
        log.append(entry)
        for note in Fixture.log(5, content: "after").entries { log.append(note) }
        return log
    }

    private func desk(_ log: MemoryLog) -> ReceiverDesk {
        var desk = ReceiverDesk(stored: log.position(0))
        _ = desk.greet([log.extent])
        return desk
    }

    @Test func theKeyBeforeSignsTheChangeAndTheNewOneWhatFollows() throws {
        let log = try log()
        var desk = desk(log)
        #expect(desk.send(log.slice(1, 6)) == ["commit 1-6"])
        #expect(desk.staged[0].keyChange?.curveKey == curveKey)
        #expect(desk.send(log.slice(7, 8), key: newKey) == ["commit 7-8"])
        #expect(desk.staged[1].keyChange == nil)
        #expect(desk.send(log.slice(9, 11)) == ["REJECT signature", "misbehaved"])
    }

    @Test func theNewKeySignsNothingBeforeItsEntry() throws {
        let log = try log()
        var desk = desk(log)
        #expect(desk.send(log.slice(1, 6), key: newKey) == ["REJECT signature", "misbehaved"])
    }

    @Test func aChangeInTheMidstOfABatchChangesNothing() throws {
        let log = try log()
        var desk = desk(log)
        #expect(desk.send(log.slice(1, 7)) == ["commit 1-7"])
        #expect(desk.staged[0].keyChange == nil)
        #expect(desk.send(log.slice(8, 8), key: newKey) == ["REJECT signature", "misbehaved"])
    }

    @Test(arguments: [0, 1, 2])
    func aChangeThatIsNotProvedChangesNothing(fault: Int) throws {
        let other = LogSigningKey(bytes: [UInt8](repeating: 8, count: 32))!
        let log = try log { change in
            switch fault {
            case 0: change.proof = Data(repeating: 0, count: 64)
            case 1: change.signingKey = Data(other.verifyingKey.bytes)
            default: change.curveKey = Data(repeating: 9, count: 32)
            }
        }
        var desk = desk(log)
        #expect(desk.send(log.slice(1, 6)) == ["commit 1-6"])
        #expect(desk.staged[0].keyChange == nil)
        #expect(desk.send(log.slice(7, 8), key: newKey) == ["REJECT signature", "misbehaved"])
    }

    @Test func aBatchByFileBringsItsKeyChangeToo() throws {
        let log = try log()
        let batch = try Exchange.Batch(log.slice(1, 6), site: Fixture.site, key: Fixture.signingKey)
        let carried = try CarriedBatch(batch, of: Fixture.site, keys: [Fixture.signingKey.verifyingKey])
        guard case .store(let staged) = try carried.place(after: log.position(0)) else {
            Issue.record("nothing to store")
            return
        }
        #expect(staged.keyChange?.signingKey == newKey.verifyingKey)
    }
}
