import Replication
import Simulation
import Testing

struct SimulatedDiskTests {
    private var random = SplitMix64(seed: 1)

    @Test mutating func powerTakesOnlyWhatWasNotSynchronized() throws {
        let disk = SimulatedDisk([1])
        try disk.write { $0.append(2) }
        try disk.synchronize()
        try disk.write { $0.append(3) }
        try disk.write { $0.append(4) }
        disk.losePower(using: &random)
        #expect([[1, 2], [1, 2, 3], [1, 2, 3, 4]].contains(disk.current))
        #expect(disk.current == disk.durable)
    }

    @Test mutating func afterAFailureDoneProvesNothing() throws {
        let disk = SimulatedDisk([1])
        try disk.write { $0.append(2) }
        disk.condition = .failing
        #expect(throws: DiskFailure.failing) { try disk.synchronize() }
        disk.condition = .sound
        try disk.write { $0.append(3) }
        try disk.synchronize()
        #expect(disk.current == [1, 2, 3])
        disk.losePower(using: &random)
        #expect(disk.current == [1])
    }

    @Test mutating func writingAnewHealsAFailure() throws {
        let disk = SimulatedDisk([1])
        try disk.write { $0.append(2) }
        disk.condition = .failing
        #expect(throws: DiskFailure.failing) { try disk.synchronize() }
        disk.condition = .sound
        try disk.rewrite()
        disk.losePower(using: &random)
        #expect(disk.current == [1, 2])
    }

    @Test(arguments: [DiskCondition.full, .readOnly])
    func aDiskThatTakesNothingKeepsWhatItHas(condition: DiskCondition) throws {
        let disk = SimulatedDisk([1])
        disk.condition = condition
        #expect(throws: condition == .full ? DiskFailure.full : .readOnly) { try disk.write { $0.append(2) } }
        #expect(disk.current == [1])
    }
}
