package import Records

/// What differs between two revisions of a month, and which records caused it.
package struct DigestChanges: Sendable, Codable, Equatable {
    /// The revision before.
    package internal(set) var from: Int
    /// In the order of their names.
    package internal(set) var figures: [FigureChange]
    /// Sites whose completeness differs.
    package internal(set) var sites: [SiteChange]
    /// Records that arrived after the revision before and belong to the month, by arrival.
    package internal(set) var causes: [LateRecord]

    /// One figure that differs; nil stands for a figure that there is not.
    package struct FigureChange: Sendable, Codable, Equatable {
        package var name: FigureName
        package var before: FigureValue?
        package var after: FigureValue?
        /// Late records that are, or concern, what entered or left the figure or what it rests on. Empty when only time
        /// or the handbook moved it.
        package var causes: [RecordID]
    }

    /// One site whose completeness differs.
    package struct SiteChange: Sendable, Codable, Equatable {
        package var site: SiteID
        package var before: DigestSite.State?
        package var after: DigestSite.State?
    }

    /// - Parameter evidence: the records behind each figure, of either revision.
    package init(
        from before: Digest, _ evidenceBefore: DigestEvidence, to after: Digest, _ evidenceAfter: DigestEvidence
    ) {
        from = before.revision
        let known = Set(before.late.map(\.id))
        let month = after.period.range
        let causes = after.late.filter { month.contains($0.occurred) && !known.contains($0.id) }
        self.causes = causes

        let old = Dictionary(before.figures.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.figures.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        figures = Set(old.keys).union(new.keys).sorted().compactMap { name in
            let (before, after) = (old[name], new[name])
            let (left, right) = (evidenceBefore.records(of: name), evidenceAfter.records(of: name))
            guard before != after else { return nil }
            return FigureChange(
                name: name, before: before, after: after,
                causes: Self.causes(causes, before: Set(left), after: Set(right)))
        }
        let states = Dictionary(before.sites.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
        let statesNow = Dictionary(after.sites.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
        sites = Set(states.keys).union(statesNow.keys).sorted().compactMap { site in
            states[site] == statesNow[site] ? nil : SiteChange(site: site, before: states[site], after: statesNow[site])
        }
    }

    /// What differs between two digests, of one month or of two, without the records that caused it.
    package init(from before: Digest, to after: Digest) {
        self.init(from: before, DigestEvidence([:]), to: after, DigestEvidence([:]))
        for place in figures.indices { figures[place].causes = [] }
    }

    /// Only the figures of the whole and of its first division, without those of single days and issues.
    package var broad: DigestChanges {
        var changes = self
        changes.figures.removeAll { change in
            let segments = change.name.segments
            return segments.count > 4 || segments.contains("day") || segments.contains("issue")
                || segments[0] == "touchpoints"
        }
        return changes
    }

    /// No figure and no site differs; texts may.
    package var isEmpty: Bool { figures.isEmpty && sites.isEmpty }

    private static func causes(
        _ late: [LateRecord], before: Set<RecordID>, after: Set<RecordID>
    ) -> [RecordID] {
        let moved = before.symmetricDifference(after)
        let touched = moved.isEmpty ? before.union(after) : moved
        return late.filter { touched.contains($0.id) || $0.concerns.map(touched.contains) == true }.map(\.id)
    }
}
