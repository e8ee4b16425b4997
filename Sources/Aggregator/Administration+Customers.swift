import Digests
import Foundation
import Handbooks
import GRDB
import Identity
import Platform
import Records
import struct Records.Record
import Rules
import Storage
import SwiftProtobuf

/// Customers as headquarters knows them from all sites.
extension Administration {
    var folder: CustomerFolder { CustomerFolder(fold: fold, views: views) }

    func listCustomers(_ filter: CustomerFilter, by administrator: Administrator) async throws -> [CustomerReport] {
        await fold.caughtUp()
        let (handbook, now) = (await fold.handbook, SystemClock.wall)
        let site = try filter.site.map(knownSite)
        var found: [CustomerReport] = []
        // A site's customers are judged by what all sites know of them.
        for (customer, records) in try folder.people()
        where site.map({ site in records.contains { $0.site == site } }) ?? true {
            let standing = CustomerStanding(records, handbook: handbook, zone: handbook.zone, at: now)
            let report = report(
                customer, records, standing, handbook, Language(named: filter.language), administrator, now)
            if filter.has(report) { found.append(report) }
            if found.count >= Fold.bounded(filter.limit) { break }
        }
        return found
    }

    func showCustomer(_ request: CustomerRequest, by administrator: Administrator) async throws -> CustomerReport {
        await fold.caughtUp()
        let (handbook, now) = (await fold.handbook, SystemClock.wall)
        let customer = try self.customer(request.id)
        let records = try folder.records(of: customer)
        let standing = CustomerStanding(records, handbook: handbook, zone: handbook.zone, at: now)
        let language = Language(named: request.language)
        var report = report(customer, records, standing, handbook, language, administrator, now)
        report.add(records, standing, language, zone: handbook.zone) { text in
            administrator.seesWords ? CustomerText.presentable(text, limit: 200) : ""
        }
        return report
    }

    private func report(
        _ customer: Data, _ records: [Record], _ standing: CustomerStanding, _ handbook: Handbook,
        _ language: Language, _ administrator: Administrator, _ now: Timestamp
    ) -> CustomerReport {
        CustomerReport(
            id: SourcedText.name(customer), label: label(records, administrator), records, standing, handbook: handbook,
            language: language, zone: handbook.zone, at: now)
    }

    /// Who may only read is not told who somebody is.
    func label(_ records: [Record], _ administrator: Administrator) -> String {
        administrator.seesWords ? CustomerFolder.label(records) : ""
    }

    // MARK: Who is one

    /// Customers who are probably one, the most probable first; not those of whom a person said something already.
    func likelyCustomers(_ request: LikelyRequest, by administrator: Administrator) async throws -> [LikelyReport] {
        await fold.caughtUp()
        var references: [Data: Set<Customer>] = [:]
        var labels: [Data: String] = [:]
        try folder.forEach { customer, record in
            guard let reference = record.personal?.customer, reference != Customer() else { return }
            references[customer, default: []].insert(reference)
            if labels[customer]?.nonEmpty == nil { labels[customer] = reference.label }
        }
        let distinct = try await distinctPairs()
        var pairs = LikelyPairs()
        for (customer, told) in references.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            // Sets have no order of their own.
            let ordered = told.sorted { $0.textFormatString() < $1.textFormatString() }
            pairs.add(Person(id: SourcedText.name(customer), ordered))
        }
        let language = Language(named: request.language)
        let named = Dictionary(uniqueKeysWithValues: labels.map { (SourcedText.name($0.key), $0.value) })
        let mayName = administrator.seesWords
        return pairs.find(isKnown: { distinct.contains([$0, $1]) }).prefix(request.boundedLimit).map { pair in
            LikelyReport(
                pair, oneLabel: mayName ? named[pair.one] ?? "" : "",
                otherLabel: mayName ? named[pair.other] ?? "" : "", language: language)
        }
    }

    /// Pairs of names, sorted, who a person said are never the same.
    private func distinctPairs() async throws -> Set<[String]> {
        let customers = try views.customers()
        let links = try CustomerLinks(Array(await fold.links.values)) { token in
            try views.pool.read { try Views.customer(token, $0) } ?? token
        }
        return Set(
            links.distinct.compactMap { link in
                guard let one = link.one.first.flatMap({ customers[$0.value] }),
                    let other = link.other.first.flatMap({ customers[$0.value] })
                else { return nil }
                return [SourcedText.name(one), SourcedText.name(other)].sorted()
            })
    }

    /// Writes down what a person says of two customers. It is undone by saying the other thing; then everything is as it was.
    func linkCustomers(_ request: CustomerLinkRequest, by administrator: Administrator) async throws -> OwnRecordAnswer
    {
        await fold.caughtUp()
        guard !request.reason.allSatisfy(\.isWhitespace) else { throw RequestFailure("say why, with a reason") }
        let (one, other) = try await (tokens(of: request.one), tokens(of: request.other))
        let exact = try views.exactCustomers()
        guard let first = one.first.flatMap({ exact[$0.value] }), let second = other.first.flatMap({ exact[$0.value] })
        else { throw RequestFailure("one of these customers has no key that it could be known by") }
        guard first != second else {
            throw RequestFailure(
                request.word == .merge
                    ? "these are one customer already: they share a number, telephone number or e-mail address"
                    : "these are one by a number, telephone number or e-mail address that records name together, and cannot "
                        + "be parted: what was written together stays one, whatever is corrected. Give one of them a customer "
                        + "number that no record has yet, and write down what comes under that number alone")
        }
        let now = SystemClock.wall
        var facts = Facts()
        facts.author = administrator.name
        facts.authorRole = .headquarters
        (facts.occurredAt, facts.recordedAt) = (now.milliseconds, now.milliseconds)
        facts.handbook = await fold.handbook.version
        switch request.word {
        case .merge:
            facts.merge.one = one
            facts.merge.other = other
        case .unmerge, .distinct:
            facts.unmerge.one = one
            facts.unmerge.other = other
        }
        var personal = Personal()
        personal.reason = request.reason
        return try await write(SiteLog.Draft(facts: facts, personal: personal))
    }

    /// All exact keys of a customer by exact keys alone: the customer who bears that name, or the one of a record.
    private func tokens(of text: String) async throws -> [CustomerToken] {
        let record = try RecordID(text).flatMap { try views.row($0) }
        let exact = try views.exactCustomers()
        let customer: Data
        if let token = record?.token, let found = exact[token] {
            customer = found
        } else {
            let wanted = text.lowercased()
            let found = Set(exact.values).filter { SourcedText.name($0).hasPrefix(wanted) }
            guard found.count == 1, let only = found.first, wanted.count >= 4 else {
                throw RequestFailure(
                    "there is no single customer \(text); name one as `huiyin customer list` does, or by a record's id")
            }
            customer = only
        }
        return exact.filter { $0.value == customer }.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { value in
            var token = CustomerToken()
            token.value = value
            return token
        }
    }

    /// The person who bears that name, or whom a record is about.
    private func customer(_ text: String) throws -> Data {
        if let id = RecordID(text), let token = try views.row(id)?.token,
            let customer = try views.pool.read({ try Views.customer(token, $0) })
        {
            return customer
        }
        let found = try views.customers(prefix: text, limit: 2)
        guard found.count == 1 else {
            throw RequestFailure(
                "there is no single customer whose name begins with \(text); see `huiyin customer list`")
        }
        return found[0]
    }

    private func knownSite(_ text: String) throws -> SiteID {
        guard let site = registry.sites.first(where: { $0.id.text == text })?.id else {
            throw RequestFailure("there is no site \(text); see `huiyin status`")
        }
        return site
    }

    // MARK: Visits

    /// A branch's return visits by the plan, as the records tell that arrived.
    func listVisits(_ request: VisitListRequest, by administrator: Administrator) async throws -> [VisitReport] {
        await fold.caughtUp()
        let site = try knownSite(request.site)
        let handbook = await fold.handbook
        let zone = registry.zone(of: site) ?? handbook.zone
        var book = CustomerBook(site: site, zone: zone)
        for merge in CustomerLinks(Array(await fold.links.values)).merges { book.join(merge.one + merge.other) }
        for row in try views.rows(of: site) {
            if let record = try fold.record(row) { book.note(record) }
        }
        let language = Language(named: request.language)
        let mayName = administrator.seesWords
        return book.visits(at: SystemClock.wall, handbook, where: request.listing.has).map { entry in
            VisitReport(
                entry.visit, customer: mayName ? book.customers[entry.customer]?.reference.label ?? "" : "",
                handbook: handbook, language: language, zone: zone)
        }
    }
}

extension Administrator {
    /// Whether customers' names and words are shown: who may only read is told neither.
    var seesWords: Bool { rights == .full }
}

extension Language {
    /// Chinese when none is named.
    init(named name: String?) { self = name.flatMap(Language.init(rawValue:)) ?? .chinese }
}
