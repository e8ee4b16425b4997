import Records
import Testing

@testable import Digests

/// Figures add up with their neighbours, whatever the month holds.
@Suite struct AddingUpTests {
    private func sum(_ digest: Digest, _ prefix: String, _ suffix: String) -> Int {
        digest.figures.filter { figure in
            guard figure.name.text.hasPrefix(prefix + "."), figure.name.text.hasSuffix("." + suffix) else {
                return false
            }
            return figure.name.text.dropFirst(prefix.count + 1).dropLast(suffix.count + 1).contains(".") == false
        }.reduce(0) { $0 + $1.value.observations }
    }

    @Test(arguments: 1...12) func sitesCategoriesChannelsAndGradesSumToTheWhole(seed: Int) {
        let digest = Digest(.random(seed: UInt64(seed)))
        for suffix in ["received", "distinct"] {
            let total = digest.count(FigureName("complaints").adding(suffix))
            for dimension in ["site", "category", "touchpoint", "channel"] {
                #expect(sum(digest, "complaints.\(dimension)", suffix) == total, "\(dimension) \(suffix)")
            }
        }
        for suffix in ["end", "peak"] {
            #expect(sum(digest, "complaints.grade", suffix) == 120)
            for name in digest.sites {
                let margin = FigureName("complaints.site").adding(name.id.text)
                #expect(sum(digest, margin.adding("grade").text, suffix) == digest.count(margin.adding("received")))
                #expect(
                    sum(digest, margin.adding("category").text, "received") == digest.count(margin.adding("received")))
            }
        }
        #expect(sum(digest, "complaints.site", "anonymous") == digest.count("complaints.anonymous"))
    }

    @Test(arguments: 1...12) func cellsOfTheCubeSumToTheirMargins(seed: Int) {
        let digest = Digest(.random(seed: UInt64(seed)))
        for grade in Grade.allCases {
            for suffix in ["end", "peak"] {
                let cells = digest.figures.filter { figure in
                    let segments = figure.name.segments
                    return segments.count == 8 && segments[1] == "site" && segments[6] == grade.code
                        && segments[7] == suffix
                }.reduce(0) { $0 + $1.value.observations }
                #expect(cells == digest.count(FigureName("complaints.grade").adding(grade.code, suffix)))
            }
        }
    }

    @Test(arguments: 1...12) func outcomesOfALimitSumToItsCohort(seed: Int) {
        let input = DigestInput.random(seed: UInt64(seed))
        let digest = Digest(input)
        for code in ["investigation", "answer"] {
            let limit = FigureName("limits").adding(code)
            #expect(digest.count(limit.adding("cohort")) == input.cases.count { $0.limits[code] != nil })
            #expect(sum(digest, limit.adding("site").text, "cohort") == digest.count(limit.adding("cohort")))
            let outcomes = LimitOutcome.allCases.map { digest.count(limit.adding($0.rawValue)) }
            #expect(outcomes.reduce(0, +) == digest.count(limit.adding("cohort")))
            #expect(digest[limit.adding("kept")]?.observations == outcomes[0] + outcomes[1])
        }
        let states = ["open", "resolved", "closed"].map { digest.count(FigureName("resolution").adding($0)) }
        #expect(states.reduce(0, +) == 120)
    }

    @Test(arguments: 1...12) func visitsAndAnswersSum(seed: Int) {
        let input = DigestInput.random(seed: UInt64(seed))
        let digest = Digest(input)
        #expect(digest.count("visits.reached") + digest.count("visits.not_reached") == 120)
        #expect(digest.count("visits.planned") + digest.count("visits.unplanned") == 120)
        for suffix in ["attempts", "reached", "problems"] {
            #expect(sum(digest, "visits.site", suffix) == digest.count(FigureName("visits").adding(suffix)))
        }
        let problems = digest.figures.filter { $0.name.text.hasPrefix("problems.category.") }
        #expect(problems.reduce(0) { $0 + $1.value.observations } == digest.count("visits.problems"))
        #expect(sum(digest, "satisfaction.survey.2019H2", "answers") == digest.count("surveys.answers"))
        let flags = digest.figures.filter { $0.name.text.hasPrefix("flags.kind.") }
        #expect(flags.reduce(0) { $0 + $1.value.observations } == digest.count("flags.raised"))
    }

    @Test(arguments: 1...6) func aCountOfRecordsHasExactlyThoseRecords(seed: Int) {
        let edition = DigestEdition(.random(seed: UInt64(seed)))
        let weighted = ["complainants", "problems", "needed", "raised", "withdrawn"]
        for figure in edition.digest.figures {
            guard case .count(let count) = figure.value, let last = figure.name.segments.last ?? nil else { continue }
            let prefix = figure.name.segments.first ?? nil
            if weighted.contains(last) || ["sites", "problems", "flags", "hints", "comparison"].contains(prefix) {
                continue
            }
            #expect(edition.evidence.records(of: figure.name).count == count, "\(figure.name)")
        }
    }

    @Test(arguments: 1...6) func theOrderOfTheInputDoesNotMatter(seed: Int) {
        let input = DigestInput.random(seed: UInt64(seed))
        let digest = DigestEdition(input)
        var generator = SeededGenerator(seed: UInt64(seed) + 99)
        for _ in 0..<3 {
            var shuffled = input
            shuffled.sites.shuffle(using: &generator)
            shuffled.cases.shuffle(using: &generator)
            shuffled.visits.shuffle(using: &generator)
            shuffled.surveys.shuffle(using: &generator)
            shuffled.issues.shuffle(using: &generator)
            shuffled.flags.shuffle(using: &generator)
            let again = DigestEdition(shuffled)
            #expect(again == digest)
            #expect(again.digest.hash == digest.digest.hash)
        }
    }
}
