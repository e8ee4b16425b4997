import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

/// Logs that are looked at from outside, whole and damaged.
struct LogInspectionTests {
    /// A closed site log of so many notes.
    private func siteFolder(_ count: Int) async throws -> TestFolder {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(Fixture.drafts(count), at: Fixture.now)
        try log.close()
        return folder
    }

    /// A closed store with batches of so many entries.
    private func storeFolder(_ batches: [Int]) async throws -> TestFolder {
        let folder = try TestFolder()
        let store = try Fixture.store(folder)
        try await store.pool.write { database in
            let table = try database.tableExists("site_key") ? "site_key" : "site"
            try database.execute(
                sql: "UPDATE \(table) SET signing_key = ?", arguments: [Fixture.signingKey.verifyingKey.hexadecimal])
        }
        var source = BatchSource()
        try store.begin(source.epoch, of: source.site, parent: nil)
        for count in batches { _ = await store.append(together: [try source.next(count)]) }
        try store.close()
        return folder
    }

    private func change(_ folder: TestFolder, _ sql: String, _ arguments: StatementArguments = []) throws {
        let database = try DatabaseQueue(path: folder.path + "/log.sqlite")
        try database.write { try $0.execute(sql: sql, arguments: arguments) }
        try database.close()
    }

    private func verify(_ folder: TestFolder) throws -> LogVerification {
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let log = try #require(try inspection.logs().first)
        return try inspection.verify(log, keys: inspection.signingKeys(of: log.site))
    }

    private func finding(_ damage: ChainAudit.Damage, _ first: UInt64, _ last: UInt64? = nil) -> ChainAudit.Finding {
        ChainAudit.Finding(damage, SequenceNumber(first), through: SequenceNumber(last ?? first))
    }

    @Test func aWholeLogOfASiteVerifies() async throws {
        let found = try verify(try await siteFolder(2500))
        #expect(found.isWhole)
        #expect((found.intact, found.head.value) == (2500, 2500))
    }

    @Test func oneFlippedBitIsFoundAtItsPlaceAndItsNeighboursAreWhole() async throws {
        let folder = try await siteFolder(2000)
        try change(folder, "UPDATE entry SET facts = zeroblob(1) || substr(facts, 2) WHERE sequence = 1234")
        let found = try verify(folder)
        #expect(found.findings == [finding(.content, 1234)])
        #expect((found.intact, found.damaged) == (1999, 1))
    }

    @Test func aBitFlippedInTheFileItselfIsFound() async throws {
        let folder = try await siteFolder(300)
        let path = folder.path + "/log.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Pages that were split may still hold what moved: every copy is changed.
        while let place = bytes.range(of: Data("note 211".utf8)) { bytes[place.lowerBound] ^= 1 }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try verify(folder).findings == [finding(.content, 212)])
    }

    @Test func aPageThatCannotBeReadCostsItsOwnEntriesOnly() async throws {
        let folder = try await siteFolder(3000)
        let path = folder.path + "/log.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("note 1500".utf8)))
        let page = place.lowerBound / 4096 * 4096
        bytes.replaceSubrange(page..<page + 8, with: [UInt8](repeating: 0xFF, count: 8))
        try bytes.write(to: URL(fileURLWithPath: path))
        let found = try verify(folder)
        let unreadable = found.findings.filter { $0.damage == .unreadable }
        #expect(unreadable.contains { $0.first.value <= 1501 && 1501 <= $0.last.value })
        #expect(found.damaged < 100)
        #expect(found.intact + found.damaged + found.unproven == 3000)
        let inspection = try LogInspection(folder.path)
        #expect(!inspection.structuralFaults().isEmpty)
    }

    @Test func aTailThatHeadquartersAcknowledgedAndThatIsGoneIsMissing() async throws {
        let folder = try await siteFolder(10)
        try change(
            folder,
            "UPDATE epoch SET acknowledged = 10, acknowledged_hash = (SELECT hash FROM entry WHERE sequence = 10)")
        try change(folder, "DELETE FROM entry WHERE sequence > 8")
        #expect(try verify(folder).findings == [finding(.missing, 9, 10)])
    }

    @Test func headquartersEntriesAndSignaturesVerify() async throws {
        let found = try verify(try await storeFolder([10, 20, 5]))
        #expect(found.isWhole)
        #expect((found.intact, found.signatures) == (35, 3))
    }

    @Test func aSignatureThatDoesNotStandNamesItsEntries() async throws {
        let folder = try await storeFolder([10, 20, 5])
        try change(folder, "UPDATE batch SET signature = zeroblob(64) WHERE last = 30")
        let found = try verify(folder)
        #expect(found.findings == [finding(.signature, 11, 30)])
        #expect((found.badSignatures, found.damaged, found.isWhole) == (1, 0, false))
    }

    @Test func aRunningDaemonIsLookedAtWithoutDisturbingIt() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(Fixture.drafts(5), at: Fixture.now)
        #expect(try verify(folder).intact == 5)
        _ = try await log.append(Fixture.drafts(5), at: Fixture.now)
        #expect(try verify(folder).intact == 10)
        try log.close()
    }

    @Test func whatIsNoLogIsRefused() throws {
        let folder = try TestFolder()
        #expect(throws: StorageError.self) { try LogInspection(folder.path) }
        try Data("no database".utf8).write(to: URL(fileURLWithPath: folder.path + "/log.sqlite"))
        #expect(throws: StorageError.self) { try LogInspection(folder.path) }
        #expect(throws: StorageError.self) { try LogInspection(folder.path + "/nothing") }
    }

    // MARK: Files

    private func export(_ folder: TestFolder, key: LogSigningKey?) throws -> (path: String, LogExport.Report) {
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let path = folder.path + "/carried.huiyinlog"
        var export = LogExport(inspection, site: Fixture.site, signing: key.map { SiteSigning($0) })
        return (path, try export.write(to: path, madeAt: Fixture.now, program: "test"))
    }

    @Test func anExportedLogVerifiesAndBringsEveryEntry() async throws {
        let (path, report) = try export(try await siteFolder(4500), key: Fixture.signingKey)
        #expect((report.entries, report.damaged, report.leftOut) == (4500, 0, 0))
        let (logs, fault) = try LogFileReader(path).verify(keys: [Fixture.signingKey.verifyingKey])
        #expect(fault == nil)
        #expect(logs.map(\.intact) == [4500])
        #expect(logs.allSatisfy { $0.isWhole })
        #expect(throws: StorageError.self) { try LogFileWriter(path, header: LogFileItem.Header()) }
    }

    @Test func whatFollowsAKeyChangeUnderWayIsSignedWithTheNewKey() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        let next = LogSigningKey(bytes: [UInt8](repeating: 4, count: 32))!
        _ = try await log.append(Fixture.drafts(3), at: Fixture.now)
        var facts = Facts()
        facts.keyChange = try KeyChange(of: Fixture.site, curveKey: [UInt8](repeating: 6, count: 32), signingKey: next)
        _ = try await log.append([SiteLog.Draft(facts: facts)], at: Fixture.now)
        _ = try await log.append(Fixture.drafts(2), at: Fixture.now)
        try log.close()
        let inspection = try LogInspection(folder.path)
        defer { inspection.close() }
        let signing = try inspection.signing(
            of: Fixture.site, with: [Fixture.signingKey, next], inUse: Fixture.signingKey)
        let path = folder.path + "/carried.huiyinlog"
        var export = LogExport(inspection, site: Fixture.site, signing: signing)
        #expect(try export.write(to: path, madeAt: Fixture.now, program: "test").entries == 6)
        let reader = try LogFileReader(path)
        var signers: [[Bool]] = []
        while case .batch(let batch) = try reader.next() {
            let previous = try #require(ChainHash(bytes: batch.previousHash))
            let first = SequenceNumber(batch.firstSequence)
            let hash = try #require(LogChain.hashes(of: batch.entries, after: previous, first: first)?.last)
            let last = first.advanced(by: batch.entries.count - 1)
            let position = LogPosition(epoch: log.head.epoch, sequence: last, hash: hash)
            signers.append(
                [Fixture.signingKey, next].map {
                    $0.verifyingKey.verifies(batch.signature, .batch, site: Fixture.site, position: position)
                })
        }
        #expect(signers == [[true, false], [false, true]])
        // A log that tells of no change is signed with the key in use.
        let plain = try inspection.signing(of: Fixture.site, with: [Fixture.signingKey], inUse: Fixture.signingKey)
        #expect(plain.change == nil)
    }

    @Test func headquartersExportsTheSitesOwnSignatures() async throws {
        let (path, report) = try export(try await storeFolder([10, 20, 5]), key: nil)
        #expect((report.entries, report.leftOut) == (35, 0))
        let (logs, fault) = try LogFileReader(path).verify(keys: [Fixture.signingKey.verifyingKey])
        #expect(fault == nil)
        #expect(logs.map(\.intact) == [35])
    }

    @Test func aBitFlippedInAFileIsFoundInItsBatchAndTheOthersAreWhole() async throws {
        let (path, _) = try export(try await siteFolder(4500), key: Fixture.signingKey)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("note 2999".utf8)))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let (logs, fault) = try LogFileReader(path).verify()
        #expect(fault != nil)
        let found = try #require(logs.first)
        #expect(found.badSignatures == 1)
        #expect(found.findings.count == 1)
        #expect(found.findings.contains { $0.damage == .signature && $0.first.value <= 3000 && 3000 <= $0.last.value })
        #expect(found.intact + found.damaged == 4500)
    }

    @Test func aFileThatWasNotCarriedWholeSaysSo() async throws {
        let (path, _) = try export(try await siteFolder(4500), key: Fixture.signingKey)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        let (logs, fault) = try LogFileReader(path).verify()
        #expect(fault != nil)
        #expect(logs.first?.findings.last?.damage == .missing)
    }

    @Test func aDamagedEntryIsCarriedAsItsHashAlone() async throws {
        let folder = try await siteFolder(10)
        try change(folder, "UPDATE entry SET facts = zeroblob(1) || substr(facts, 2) WHERE sequence = 4")
        let (path, report) = try export(folder, key: Fixture.signingKey)
        #expect((report.entries, report.damaged) == (10, 1))
        let reader = try LogFileReader(path)
        guard case .batch(let before) = try reader.next(), case .batch(let batch) = try reader.next() else {
            return #expect(Bool(false))
        }
        // Nothing behind it vouches for what stands before it: so a batch begins with it.
        #expect(before.entries.map(\.damaged) == [false, false, false])
        #expect(batch.entries.map(\.damaged) == [true, false, false, false, false, false, false])
        #expect(batch.entries[0].facts.isEmpty && batch.entries[0].recordedHash.count == 32)
        let (logs, fault) = try LogFileReader(path).verify()
        #expect(fault == nil)
        #expect(logs.first?.badSignatures == 0)
        #expect(logs.first?.damaged == 1)
    }
}
