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
    static let batch = 500

    /// Everything up to here was sent or filtered out.
    var progress: UInt64
    var filter: FeedFilter
    /// How many more entries the follower takes.
    var credit: Int
}

extension FeedFilter {
    /// What a follower asks for.
    fileprivate init(_ tail: Exchange.Tail) {
        self.init(
            kinds: Set(tail.kinds), sites: Set(tail.sites), leastGrade: Grade(rawValue: Int(tail.leastGrade)),
            categories: Set(tail.categories), departments: Set(tail.departments))
    }
}

extension ExchangeServer {
    /// Answers an administrator's request.
    package func answer(_ request: AdministratorRequest, _ result: Result<String, RequestFailure>) {
        var message = Exchange()
        message.answer.number = request.number
        switch result {
        case .success(let json):
            let bytes = Array(json.utf8)
            var start = 0
            repeat {
                var end = min(start + Self.answerPart, bytes.count)
                // Cut between characters' first bytes, so that each part is a text of its own.
                while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
                message.answer.result = String(decoding: bytes[start..<end], as: UTF8.self)
                message.answer.more = end < bytes.count
                start = end
                send(message, to: request.route)
            } while start < bytes.count
        case .failure(let failure):
            message.answer.error = failure.description
            send(message, to: request.route)
        }
    }

    /// Greatest length of one part of an answer, in bytes.
    private static var answerPart: Int { 1 << 20 }

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
            var progress = tail.fromEnd ? head : tail.after
            if tail.since != 0 { progress = try store.feedNumber(before: Timestamp(milliseconds: tail.since)) }
            peers[route]?.tail = FeedTail(
                progress: progress, filter: subjects.settled(FeedFilter(tail)), credit: Int(min(tail.credit, 100_000)))
            // The first wish of a follower is answered at once, so that it learns where the feed ends.
            feed(route, atOnce: tail.fromEnd || tail.feedEpoch.isEmpty)
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

    /// Answers a follower's wish with one message, now or when the feed has grown; the next one needs a new wish, which tells
    /// how far the follower came. `atOnce`: answer even when there is nothing new.
    private func feed(_ route: Route, atOnce: Bool = false) {
        guard var tail = peers[route]?.tail else { return }
        do {
            let head = try store.feedHead()
            var message = Exchange()
            message.feed.feedEpoch = store.feedEpoch.data
            message.feed.head = head
            while message.feed.entries.isEmpty, tail.credit > 0, tail.progress < head {
                let entries = try store.feed(after: tail.progress, limit: min(FeedTail.batch, tail.credit))
                guard let last = entries.last else { break }
                tail.progress = last.sequence
                message.feed.entries = try entries.filter { try tail.filter.wants($0, subjects.about) }
            }
            message.feed.progress = tail.progress
            if message.feed.entries.isEmpty, !atOnce {
                // Nothing that this follower wants: remember how far it was looked through.
                peers[route]?.tail = tail
                return
            }
            peers[route]?.tail = nil
            send(message, to: route)
        } catch {
            logger.error("reading the feed", metadata: ["error": "\(error)"])
        }
    }
}
