import Foundation
import Logging
import Platform
import Records
import Replication
import Storage

/// Why a request could not be answered.
package struct RequestFailure: Error, CustomStringConvertible, Sendable {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// How far an administrator has followed the feed.
struct FeedTail {
    /// Greatest number of entries in one message.
    static let batch = 200

    /// Everything up to here was sent or filtered out.
    var progress: UInt64
    var kinds: Set<String>
    var sites: Set<String>
    /// How many more entries the follower takes.
    var credit: Int

    func wants(_ entry: FeedEntry) -> Bool {
        (kinds.isEmpty || kinds.contains(entry.kind)) && (sites.isEmpty || !sites.isDisjoint(with: entry.sites))
    }
}

extension ExchangeServer {
    /// Answers an administrator's request.
    package func answer(_ request: AdministratorRequest, _ result: Result<String, RequestFailure>) {
        var message = Exchange()
        message.answer.number = request.number
        switch result {
        case .success(let json): message.answer.result = json
        case .failure(let failure): message.answer.error = failure.description
        }
        if message.answer.result.utf8.count > ReplicationProtocol.greatestMessage - 1024 {
            message.answer.result = ""
            message.answer.error = "the answer is larger than one message; ask for less"
        }
        send(message, to: request.route)
    }

    /// The feed grew: whoever follows it gets the news.
    package func feedGrew() {
        for route in peers.keys where peers[route]?.tail != nil { feed(route) }
    }

    /// Begins or continues to follow the feed.
    func follow(_ tail: Exchange.Tail, _ route: Route) {
        do {
            let head = try store.feedHead()
            if !tail.feedEpoch.isEmpty, tail.feedEpoch != store.feedEpoch.data {
                return refuse(route, head, "headquarters' feed was begun anew; number \(tail.after) is of the old one")
            }
            guard tail.after <= head || tail.fromEnd else {
                return refuse(route, head, "the feed ends at \(head); \(tail.after) has not been written")
            }
            peers[route]?.tail = FeedTail(
                progress: tail.fromEnd ? head : tail.after, kinds: Set(tail.kinds), sites: Set(tail.sites),
                credit: Int(min(tail.credit, 100_000)))
            feed(route, evenIfEmpty: true)
        } catch {
            logger.error("reading the feed", metadata: ["error": "\(error)"])
            refuse(route, 0, "the feed cannot be read now")
        }
    }

    private func refuse(_ route: Route, _ head: UInt64, _ reason: String) {
        var message = Exchange()
        message.feed.feedEpoch = store.feedEpoch.data
        message.feed.head = head
        message.feed.refused = reason
        send(message, to: route)
    }

    /// Sends what a follower has not seen, as far as its credit reaches.
    private func feed(_ route: Route, evenIfEmpty: Bool = false) {
        guard var tail = peers[route]?.tail else { return }
        do {
            let head = try store.feedHead()
            var mustSend = evenIfEmpty
            while tail.credit > 0, tail.progress < head || mustSend {
                let entries = try store.feed(after: tail.progress, limit: min(FeedTail.batch, tail.credit))
                let wanted = entries.filter(tail.wants)
                tail.progress = entries.last?.sequence ?? tail.progress
                tail.credit -= wanted.count
                var message = Exchange()
                message.feed.feedEpoch = store.feedEpoch.data
                message.feed.entries = wanted
                message.feed.progress = tail.progress
                message.feed.head = head
                peers[route]?.tail = tail
                send(message, to: route)
                mustSend = false
                if entries.isEmpty { break }
            }
        } catch {
            logger.error("reading the feed", metadata: ["error": "\(error)"])
        }
    }
}
