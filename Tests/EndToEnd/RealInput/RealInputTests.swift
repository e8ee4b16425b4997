import Foundation
import Testing

extension EndToEnd {
    /// The main job on real complaints: ten branches, one for each district of the petitions, and nobody spared.
    struct RealInput {
        @Test(
            .enabled(
                if: Executable.petitions != nil,
                "petitions.csv is not here: name its folder in $HUIYIN_DATA, or put it at ../shared/data beside the package"
            ))
        func everyPetitionArrivesOnceAndIsCountedRightThroughThreeCrashes() async throws {
            let petitions = try Petition.read(try #require(Executable.petitions))
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let fleet = try await Fleet(petitions, at: headquarters)
                try await fleet.importThroughCrashes()
                try await everyRowIsThereOnce(petitions, headquarters)
                for month in Set(petitions.map { String($0.month) }).sorted() {
                    try await figuresAreThoseOfTheRows(of: month, petitions, headquarters)
                }
                try await hotFlagsCountRight(petitions, headquarters)
                let rebuilt = try await headquarters.ask("rebuild", "--json", limit: .seconds(120)).json(Rebuilt.self)
                #expect(rebuilt.equal)
            }
        }

        private struct Rebuilt: Decodable { var equal: Bool }

        private func everyRowIsThereOnce(_ petitions: [Petition], _ headquarters: Headquarters) async throws {
            let records = try await eventually("all rows at headquarters", within: .seconds(60)) {
                let records = try await headquarters.records().filter { $0.kind == "complaint" }
                return records.count >= petitions.count ? records : nil
            }
            #expect(records.count == petitions.count)
            for (site, rows) in Dictionary(grouping: petitions, by: \.site) {
                let held = records.filter { $0.site == site }.map(\.clientID).sorted()
                #expect(held == rows.map(\.id).sorted(), "site \(site)")
            }
        }

        private func figuresAreThoseOfTheRows(
            of month: String, _ petitions: [Petition], _ headquarters: Headquarters
        ) async throws {
            let digest = try await headquarters.digest(month)
            let counted = PetitionFigures.count(month, petitions)
            for (site, figures) in counted {
                #expect(PetitionFigures(digest, site: site) == figures, "\(month), site \(site)")
            }
            let rows = petitions.filter { $0.month == month }
            #expect(digest["complaints.received"] == rows.count, "\(month)")
            #expect(digest["complaints.distinct"] == counted.values.reduce(0) { $0 + $1.distinct }, "\(month)")
            #expect(digest["complaints.complainants"] == Set(rows.map(\.customer)).count, "\(month)")
            for (day, made) in Dictionary(grouping: rows, by: { $0.occurred.dropFirst(8).prefix(2) }) {
                #expect(digest["complaints.day.\(day).received"] == made.count, "\(month)-\(day)")
            }
        }

        /// Counts every hot flag again from the rows behind the records that it names.
        private func hotFlagsCountRight(_ petitions: [Petition], _ headquarters: Headquarters) async throws {
            let rows = Dictionary(uniqueKeysWithValues: petitions.map { ($0.id, $0) })
            let names = Dictionary(
                try await headquarters.records().map { ($0.id, $0.clientID) }, uniquingKeysWith: { first, _ in first })
            let flags = try await headquarters.feed().map(\.flag).filter { $0.kind == "hot_issue" }
            #expect(!flags.isEmpty)
            for flag in flags {
                let named = try flag.evidence.map { id in
                    try #require(names[id].flatMap { rows[$0] }, "flag \(flag.id) names \(id)")
                }.sorted { $0.occurred < $1.occurred }
                let customers = Set(named.map(\.customer))
                #expect(customers.count >= 3, "flag \(flag.id)")
                #expect(flag.complainants == customers.count, "flag \(flag.id)")
                let (first, last) = try (#require(named.first), #require(named.last))
                #expect(last.occurred <= first.monthLater, "flag \(flag.id)")
                #expect(flag.sites == Set(named.map(\.site)).sorted(), "flag \(flag.id)")
            }
        }
    }
}
