import Records
import Recurrence
import Testing

@Suite struct IssueIndexTests {
    private func index(_ texts: [IssueText]) -> IssueIndex {
        IssueIndex(texts, grouping: IssueGrouper().group(texts))
    }

    @Test func textJoinsAnIssue() throws {
        var index = index(unrelated + elevator.prefix(2) + scanner)
        guard case .existing(let id, let reason) = index.assign(elevator[2]) else {
            Issue.record("not assigned")
            return
        }
        #expect(id == IssueID(earliest: record(1)))
        #expect(reason.record == record(3))
        #expect(reason.sharedTerms.contains { $0.contains("翡翠湾") })
        #expect(reason.score > 0)
    }

    @Test func textJoinsASingleOne() {
        var index = index(unrelated + [elevator[0]])
        guard case .new(let id, let other, _) = index.assign(elevator[1]) else {
            Issue.record("not assigned")
            return
        }
        #expect(id == IssueID(earliest: record(1)))
        #expect(other == record(1))
        guard case .existing(id, _) = index.assign(elevator[2]) else {
            Issue.record("the third does not join the two")
            return
        }
    }

    @Test func textOfItsOwnStandsAlone() {
        var index = index(unrelated)
        #expect(index.assign(elevator[0]) == .alone)
        #expect(index.assign(scanner[0]) == .alone)
    }

    @Test func knownRecordIsRecognised() {
        var index = index(unrelated + elevator)
        #expect(index.assign(elevator[1]) == .known(IssueID(earliest: record(1))))
        #expect(index.assign(unrelated[0]) == .known(nil))
        #expect(index.assign(scanner[0]) == .alone)
        #expect(index.assign(scanner[0]) == .known(nil))
    }

    @Test func indexOfAGroupingGoesOnWhereItEnded() throws {
        let grouped = try IssueGrouper().group(unrelated + elevator.prefix(2), .none)
        var index = grouped.index
        let issue = try #require(grouped.grouping.issue(of: record(1)))
        guard case .existing(issue.id, _) = index.assign(elevator[2]) else {
            Issue.record("the third does not join the issue of the two")
            return
        }
    }

    @Test func emptyIndexLearnsFromWhatArrives() {
        var index = index([])
        #expect(index.assign(elevator[0]) == .alone)
        #expect(index.assign(text(50, "")) == .alone)
        guard case .new = index.assign(text(51, elevator[0].title, elevator[0].body)) else {
            Issue.record("the same text again is not recognised")
            return
        }
    }
}
