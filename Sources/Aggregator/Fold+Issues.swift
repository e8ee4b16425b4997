import Digests
import Embeddings
import Foundation
import Handbooks
import Logging
import Platform
import Records
import Recurrence
import Replication
import Rules
import Storage
import ZeroMQ

extension Fold {
    /// Groups all texts anew, on the grouping's own thread; `take` gets what comes out.
    func beginGrouping() {
        let (texts, generation) = (recurrence.beginGrouping(), generation)
        let (views, handbook, isEnding) = (views, handbook, isEnding)
        let (decided, learnt) = (recurrence.decided, recurrence.learnt)
        grouping.perform {
            let began = SystemClock.moment.uptime
            let result = Result {
                let settled = SourcedText.settled(texts, customers: try views.customers())
                let watch = GroupingWatch { _ in !isEnding.isSet }
                let texts = settled.map(\.text)
                let found = try IssueGrouper().group(
                    texts, meanings: self.meanings(of: texts), decisions: decided.constraints, learnt: learnt, watch)
                let grouping = found.grouping
                let sources = Dictionary(uniqueKeysWithValues: settled.map { ($0.text.id, $0) })
                let outcome = IssueOutcome(grouping, sources, handbook: handbook, words: decided.words(grouping))
                return Grouped(
                    outcome: outcome, index: found.index, learnt: found.learnt, beside: BesideIssues(grouping),
                    trends: SeriesRise.find(texts, zone: handbook.zone))
            }
            let took = SystemClock.moment.uptime - began
            self.thread.perform { self.assumeIsolated { $0.take(result, generation, after: took) } }
        }
    }

    /// What is known of what these texts mean. Where that cannot be read, words alone are compared.
    private nonisolated func meanings(of texts: [IssueText]) -> TextMeanings {
        do {
            return try meanings?.meanings(of: texts) ?? .none
        } catch {
            logger.error("reading embeddings; words alone are compared", metadata: ["error": "\(error)"])
            return .none
        }
    }

    /// What the grouping's thread hands over.
    struct Grouped: Sendable {
        let outcome: IssueOutcome
        let index: IssueIndex
        let learnt: LearntIssues?
        let beside: BesideIssues
        let trends: [SeriesRise]
    }

    private func take(_ result: Result<Grouped, any Error>, _ generation: Int, after duration: Duration) {
        guard !isEnding.isSet, generation == self.generation else { return }
        let now = moment
        do {
            let grouped = try result.get()
            try write(grouped.outcome, grouped.trends, at: now.wall)
            (recurrence.beside, recurrence.learnt) = (grouped.beside, grouped.learnt)
            recurrence.grouped(grouped.index, after: duration, at: moment.uptime)
            try reviseDigests(at: now.wall)
            // Before anything is announced: what came in meanwhile keeps its flags.
            while try assignArrivals(at: now.wall) {}
        } catch {
            logger.error("grouping; trying again", metadata: ["error": "\(error)"])
            if recurrence.isGrouping { recurrence.failed(after: duration, at: now.uptime) }
        }
        wake()
    }

    /// Writes what changed, and judges the cases that this concerns.
    private func write(_ outcome: IssueOutcome, _ trends: [SeriesRise], at now: Timestamp) throws {
        let written = recurrence.written
        let changed = outcome.issues.filter { written[$0.issue.id] != $0.digest }
        let standing = Set(outcome.issues.map(\.issue.id))
        let affected = written.keys.filter { !standing.contains($0) } + changed.map(\.issue.id)
        try views.write { writer in
            let before = (contexts: try writer.contexts(of: affected), windows: try writer.windows(of: affected))
            var contexts: [RecordID: CaseContextRow] = [:]
            for found in changed {
                for context in found.contexts { contexts[context.id] = context }
                for (id, repetition) in try repetitions(found.sameCustomer, writer, at: now) {
                    contexts[id]?.earlier = repetition.earlier
                    contexts[id]?.repeatKind = repetition.kind.rawValue
                }
            }
            try writer.replace(affected, by: changed.map { ($0.issue, $0.members) })
            for window in changed.flatMap(\.windows) { try writer.put(window) }
            for context in contexts.values.sorted(by: { $0.id < $1.id }) { try writer.put(context) }
            try writer.noteGrouped(isComplete: !recurrence.isDirty)
            let moved = Set(contexts.keys).union(before.contexts.keys).filter { contexts[$0] != before.contexts[$0] }
            // Where texts were assigned meanwhile, windows have grown without the cases in them having been judged.
            let known = Set(before.windows.filter { written[$0.issue] != RecurrenceKeeper.unknown })
            let grown = Set(changed.flatMap(\.windows).filter { !known.contains($0) }.flatMap(\.records))
            // A customer who was merged or parted is another one: what no longer holds names that.
            let cause = recurrence.causeUnderWay
            for id in moved.union(grown).sorted() { try judge(id, writer, at: now, cause: cause) }
            let found = Dictionary(uniqueKeysWithValues: changed.map { ($0.issue.id, $0) })
            try setFlags(of: trends, writer)
            recurrence.issuesChanged(affected)
            for issue in affected.sorted() {
                try setFlags(
                    of: issue, found[issue]?.flagged, title: found[issue]?.issue.title ?? "", by: cause, writer)
            }
        }
        recurrence.written = Dictionary(uniqueKeysWithValues: outcome.issues.map { ($0.issue.id, $0.digest) })
        (recurrence.repeated, recurrence.mutes) = ([:], [:])
        for found in outcome.issues {
            recurrence.mutes[found.issue.id] = found.mute
            for complaint in found.sameCustomer.joined() { recurrence.repeated[complaint.id] = found.issue.id }
        }
    }

    /// The same customer's further complaints of the same issue: 催办 while the earlier case is open, 二次投诉 after.
    private func repetitions(
        _ sameCustomer: [[IssueOutcome.Complaint]], _ writer: ViewWriter, at now: Timestamp
    ) throws -> [RecordID: RepeatEvidence] {
        var repetitions: [RecordID: RepeatEvidence] = [:]
        for complaints in sameCustomer {
            for (earlier, later) in zip(complaints, complaints.dropFirst()) {
                guard let evidence = try evidence(of: earlier.id, known: [:], writer) else { continue }
                repetitions[later.id] = rules.repeatEvidence(
                    of: Timestamp(milliseconds: later.time), after: rules.view(of: evidence, at: now),
                    zone: handbook.zone)
            }
        }
        return repetitions
    }

    /// One flag for an issue that satisfies the hot rule, updated as it grows, withdrawn when it no longer does.
    /// - Parameter window: the latest in which it does.
    func setFlags(
        of issue: RecordID, _ window: IssueWindowRow?, title: String, by cause: RecordID? = nil, _ writer: ViewWriter
    ) throws {
        guard let rule = handbook.grading.sameComplaintRule else { return }
        // An issue bears the id of its earliest complaint, whose own flags stand under that id and are not touched here.
        let subject = Flag.identity(.hotIssue, subject: issue.description, key: "")
        var wanted: [FlagRow] = []
        if let window {
            // The texts hold site ids that were validated when their logs were registered.
            let sites = window.records.compactMap { recurrence.texts[$0] }.compactMap { try? SiteID($0.text.site) }
            let flag = Flag.hotIssue(
                HotEvidence(window), anonymous: window.anonymous, sites: sites, grade: rule.grade, rule: rule.code)
            wanted = [try FlagRow(flag, subject: subject, title: CustomerText.presentable(title, limit: 80))]
        }
        try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: cause) }
    }
}

extension GradingPolicy {
    /// The rule that counts different complainants of the same complaint.
    var sameComplaintRule: GradeRule? {
        rules.first { rule in
            if case .sameComplaint = rule.condition { true } else { false }
        }
    }
}
