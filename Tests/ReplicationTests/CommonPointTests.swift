import Records
import Replication
import Simulation
import Testing

struct CommonPointTests {
    /// Finds where two logs part; counts the rounds.
    private func search(
        _ ours: MemoryLog, _ theirs: MemoryLog, below high: UInt64, unknown: Set<UInt64> = []
    ) -> (last: LogPosition?, rounds: Int) {
        var search = CommonPoint(epoch: ours.epoch, below: SequenceNumber(high))
        var rounds = 0
        while !search.isFound {
            let probes = search.probes
            #expect(!probes.isEmpty && probes.count <= CommonPoint.width)
            #expect(probes == probes.sorted() && Set(probes).count == probes.count)
            rounds += 1
            guard rounds < 100 else { break }
            let hash = { (log: MemoryLog) in probes.map { unknown.contains($0.value) ? nil : log.hash(at: $0) } }
            search.compare(own: hash(ours), theirs: hash(theirs))
        }
        return (search.last, rounds)
    }

    private func fork(_ common: Int, _ more: Int, _ content: String) -> MemoryLog {
        var log = Fixture.log(common)
        for number in 0..<more { log.append(.test("\(content) \(number)")) }
        return log
    }

    @Test(arguments: [0, 1, 2, 63, 64, 65, 100, 499])
    func theLastCommonEntryIsFound(common: Int) {
        let (ours, theirs) = (fork(common, 500 - common, "a"), fork(common, 500 - common, "b"))
        let found = search(ours, theirs, below: 500)
        #expect(found.last == ours.position(UInt64(common)))
        #expect(found.rounds <= 2)
    }

    @Test func aSideThatEndsEarlierIsCommonUpToItsEnd() {
        let (ours, theirs) = (Fixture.log(480), Fixture.log(500))
        #expect(search(ours, theirs, below: 481).last == ours.head)
    }

    @Test func historiesWithNothingInCommonHaveNoPoint() {
        let other = MemoryLog(
            site: Fixture.site, epoch: Fixture.epoch, entries: 5, content: "b",
            parent: Fixture.position(1, epoch: Fixture.otherEpoch))
        #expect(search(Fixture.log(5), other, below: 5).last == nil)
    }

    /// A damaged place says nothing; what is beyond it does.
    @Test func placesThatCannotBeToldOfAreSkipped() {
        let (ours, theirs) = (fork(300, 200, "a"), fork(300, 200, "b"))
        let found = search(ours, theirs, below: 500, unknown: [10, 100, 250])
        #expect(found.last == ours.position(300))
    }

    /// At worst entries are issued again that the other side has.
    @Test func whereNothingCanBeToldTheEarlierPlaceStands() {
        let (ours, theirs) = (fork(300, 200, "a"), fork(300, 200, "b"))
        let found = search(ours, theirs, below: 500, unknown: Set(290...310))
        #expect(found.last == ours.position(289))
    }

    @Test func aMillionEntriesTakeFourRounds() {
        var search = CommonPoint(epoch: Fixture.epoch, below: SequenceNumber(1_000_000))
        var rounds = 0
        while !search.isFound {
            let probes = search.probes
            search.compare(
                own: probes.map { _ in Fixture.hash },
                theirs: probes.map {
                    $0.value <= 777_777 ? Fixture.hash : LogChain.unknownLeaf
                })
            rounds += 1
        }
        #expect(search.last?.sequence == SequenceNumber(777_777))
        #expect(rounds <= 4)
    }

    @Test func anyPlaceThatAPeerClaimsCanBeSearched() {
        let search = CommonPoint(epoch: Fixture.epoch, below: SequenceNumber(.max))
        #expect(search.probes.last == SequenceNumber(.max - 1))
    }
}
