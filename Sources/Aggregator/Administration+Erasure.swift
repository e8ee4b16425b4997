import Foundation
import Platform
import Records
import Rules
import Storage

/// Lawful erasure of a customer: a record in headquarters' own log, and what follows from it here and at the sites.
extension Administration {
    func eraseCustomer(_ request: ErasureRequest, by administrator: Administrator) async throws -> ErasureAnswer {
        let reason = request.reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty, reason.utf8.count <= 4096 else {
            throw RequestFailure("say why, in at most 4,096 bytes (--reason): what is erased cannot be brought back")
        }
        let tokens = try tokens(of: request)
        await fold.caughtUp()
        let scope = try await fold.erasureScope(of: tokens, record: request.record)
        if scope.records.isEmpty {
            guard scope.erasedBefore == 0 else {
                throw RequestFailure("everything that was written down about this customer was erased before")
            }
            guard request.isUnknownAllowed, !tokens.isEmpty else {
                throw RequestFailure(
                    "headquarters has no record of such a customer; see that the key is written as it was, or add "
                        + "--even-if-unknown where a branch out of reach may have some")
            }
        }
        var answer = try answer(scope)
        guard !request.isRehearsal else { return answer }
        for erasure in scope.erasures {
            var facts = Facts()
            let now = SystemClock.wall.milliseconds
            (facts.occurredAt, facts.recordedAt) = (now, now)
            (facts.author, facts.authorRole) = (administrator.name, .headquarters)
            facts.erasure = erasure
            var personal = Personal()
            personal.reason = reason
            // Decided first, carried out then: a crash in between is made good at the next start.
            answer.erasures.append(try await write(SiteLog.Draft(facts: facts, personal: personal)).id)
        }
        try erasing.round()
        // Once issues are called otherwise.
        try await fold.searchable()
        try Erasing.forget(scope.titles, in: store)
        views.forgetOldPages()
        return answer
    }

    var erasing: Erasing { Erasing(store: store, own: own.log, logger: fold.logger) }

    private func tokens(of request: ErasureRequest) throws -> [CustomerToken] {
        var customer = Customer()
        customer.number = request.number ?? ""
        customer.phone = request.phone ?? ""
        customer.email = request.email ?? ""
        guard customer != Customer() || request.record != nil else {
            throw RequestFailure("say which customer: by number, --phone, --email or one of their records (--record)")
        }
        let site = try request.site.map { try SiteID($0) } ?? .headquarters
        let tokens = pseudonyms.tokens(for: customer, at: site)
        let given = [customer.number, customer.phone, customer.email].filter { !$0.isEmpty }
        guard tokens.count == given.count else {
            throw RequestFailure("a number, a telephone number or an e-mail address cannot be read as one")
        }
        return tokens
    }

    private func answer(_ scope: ErasureScope) throws -> ErasureAnswer {
        var answer = ErasureAnswer()
        answer.records = scope.records.count
        answer.erasedBefore = scope.erasedBefore
        answer.complaints = scope.complaints
        answer.sites = Dictionary(uniqueKeysWithValues: scope.sites.map { ($0.key.text, $0.value) })
        let closed = Set(try store.closedMonths().map(\.month))
        answer.closedMonths = scope.months.intersection(closed).sorted().map(\.description)
        answer.backups = try store.backups().map(\.name)
        return answer
    }
}
