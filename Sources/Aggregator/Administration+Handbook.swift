import Foundation
import Handbooks
import Platform
package import Records
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

extension Administration {
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
