import Foundation
import Handbooks
import Platform
package import Records
package import struct Records.Record
import Storage
import StrictYAML

/// `handbook.publish`.
package struct PublishRequest: Codable, Sendable {
    /// YAML.
    package var text: String

    package init(text: String) { self.text = text }
}

/// What became of it.
package struct PublishAnswer: Codable, Sendable {
    package var version: String
    package var id: RecordID
    /// How many sites it goes to.
    package var sites: Int
}

/// A handbook that was published.
package struct HandbookVersionReport: Codable, Sendable {
    package var version: String
    package var id: RecordID
    /// RFC 3339.
    package var publishedAt: String
    /// Who published it, by login name.
    package var by: String
    package var inForce: Bool
}

/// `handbook.text`.
package struct HandbookTextRequest: Codable, Sendable {
    /// Nil for the one in force.
    package var version: String?

    package init(version: String?) { self.version = version }
}

/// A handbook that was published, whole.
package struct HandbookText: Codable, Sendable {
    package var version: String
    /// YAML.
    package var text: String
}

extension Administration {
    /// Every handbook that was published, the newest first.
    func listHandbooks() async throws -> [HandbookVersionReport] {
        let inForce = await fold.published?.id
        return try publishedHandbooks().map { record in
            HandbookVersionReport(
                version: record.facts.handbookVersion.version, id: record.id, publishedAt: record.recorded.rfc3339,
                by: record.facts.author, inForce: record.id == inForce)
        }
    }

    /// The text of a version, or of the one in force.
    func handbookText(_ request: HandbookTextRequest) async throws -> HandbookText {
        let inForce = await fold.published?.id
        let published = try publishedHandbooks()
        let found = published.first { record in
            request.version.map { $0 == record.facts.handbookVersion.version } ?? (record.id == inForce)
        }
        if let found {
            return HandbookText(version: found.facts.handbookVersion.version, text: found.facts.handbookVersion.text)
        }
        let configured = await fold.handbook
        if request.version ?? configured.version == configured.version,
            let text = Handbook.bundledText(named: configured.name),
            Handbook.bundled(named: configured.name)?.version == configured.version
        {
            return HandbookText(version: configured.version, text: text)
        }
        throw RequestFailure(
            request.version.map { "handbook \($0) was never published; `huiyin handbook versions` lists them" }
                ?? "no handbook was published; \(configured.version) is the one that aggregator.yaml names")
    }

    private func publishedHandbooks() throws -> [Record] {
        let rows = try views.write { try $0.ordersForSites() }.filter { $0.kind == .handbook }
        return try rows.compactMap { try fold.record($0) }.filter { $0.site == .headquarters }
            .sorted { $1.order < $0.order }
    }

    /// Publishes a handbook: it is checked whole, becomes a record of headquarters, is in force here at once and at each site
    /// as soon as it arrives there.
    func publishHandbook(_ request: PublishRequest, by administrator: Administrator) async throws -> PublishAnswer {
        let handbook: Handbook
        do {
            handbook = try Handbook.read(yaml: request.text, file: "handbook")
        } catch {
            throw RequestFailure("the handbook has faults; nothing was published:\n\(error)")
        }
        let inForce = await fold.handbook
        guard inForce.version != handbook.version else {
            throw RequestFailure("version \(handbook.version) is in force already")
        }
        guard inForce.name != handbook.name || inForce.number < handbook.number else {
            throw RequestFailure(
                "\(inForce.version) is in force: a changed handbook needs a number greater than \(inForce.number)")
        }
        let now = SystemClock.wall
        var facts = Facts()
        facts.author = administrator.name
        facts.authorRole = .headquarters
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.handbook = handbook.version
        facts.handbookVersion.version = handbook.version
        facts.handbookVersion.text = request.text
        let outcome = try await own.write(SiteLog.Draft(facts: facts), at: now)
        await fold.caughtUp()
        return PublishAnswer(version: handbook.version, id: outcome.id, sites: registry.sites.count)
    }
}
