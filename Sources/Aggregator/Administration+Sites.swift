import Platform
import Records
import Storage
import ZeroMQ

/// Who belongs: sites, their codes and keys, and administrators.
extension Administration {
    func addSite(_ request: SiteRequest) throws -> SiteCode {
        let id = try site(request.id)
        guard let zone = TimeZoneRules(request.timeZone) else {
            throw RequestFailure("\(request.timeZone) is no time zone; use a name such as Asia/Shanghai")
        }
        let now = SystemClock.wall
        var expected = now
        if let text = request.expectedFrom {
            guard let moment = Timestamp(text, in: zone) else {
                throw RequestFailure("\(text) is no date such as 2026-09-01")
            }
            expected = moment
        }
        let name = request.name.isEmpty ? request.id : request.name
        var added = RegisteredSite(id: id, name: name, zone: zone, addedAt: now, expectedFrom: expected)
        added.keys = try keys(request, at: now)
        if added.keys.isEmpty, let obstacle = enrolment.obstacle { throw RequestFailure(obstacle) }
        if try store.sites().contains(where: { $0.id == id }) {
            throw RequestFailure(
                "a site \(id) is registered already; `huiyin site code \(id)` makes a new code for it")
        }
        try store.add(added)
        try registry.load(from: store)
        guard added.keys.isEmpty else { return SiteCode(id: id.text) }
        return try enrolment.makeCode(for: id, hours: request.validHours, at: now)
    }

    /// The keys that were carried by hand: both or none.
    private func keys(_ request: SiteRequest, at now: Timestamp) throws -> [SiteKey] {
        guard let curveKey = request.curveKey, let signingKey = request.signingKey else {
            guard request.curveKey == nil, request.signingKey == nil else {
                throw RequestFailure("the CURVE key and the signing key are registered together; give both or none")
            }
            return []
        }
        do { _ = try CurvePublicKey(z85: curveKey) } catch { throw RequestFailure("the CURVE key: \(error)") }
        guard let key = LogVerifyingKey(hexadecimal: signingKey) else {
            throw RequestFailure("the signing key must have 64 hexadecimal digits")
        }
        return [SiteKey(curveKey: curveKey, signingKey: key.hexadecimal, addedAt: now)]
    }

    func makeCode(_ request: CodeRequest) throws -> SiteCode {
        try enrolment.makeCode(for: try site(request.id), hours: request.validHours, at: SystemClock.wall)
    }

    /// Refuses a site's keys from now on, on living connections too.
    func revokeSite(_ request: SiteReference) async throws -> SiteReference {
        let id = try site(request.id)
        try store.revoke(id, at: SystemClock.wall)
        try registry.load(from: store)
        await server.revoked(id)
        return request
    }

    func addAdministrator(_ request: AdministratorEntry) throws -> AdministratorEntry {
        do { _ = try CurvePublicKey(z85: request.curveKey) } catch { throw RequestFailure("the CURVE key: \(error)") }
        let word = request.rights ?? Administrator.Rights.full.rawValue
        guard let rights = Administrator.Rights(rawValue: word) else {
            throw RequestFailure("the rights are full or read-only, not \(word)")
        }
        try store.add(
            Administrator(name: request.name, curveKey: request.curveKey, rights: rights), at: SystemClock.wall)
        try registry.load(from: store)
        return AdministratorEntry(name: request.name, curveKey: request.curveKey, rights: word)
    }

    func revokeAdministrator(_ request: AdministratorReference) throws -> AdministratorReference {
        try store.revokeAdministrator(request.name, at: SystemClock.wall)
        try registry.load(from: store)
        return request
    }

    func listAdministrators() throws -> [AdministratorEntry] {
        try store.administrators().map {
            AdministratorEntry(name: $0.name, curveKey: $0.curveKey, rights: $0.rights.rawValue)
        }
    }

    func site(_ text: String) throws -> SiteID {
        do { return try SiteID(text) } catch { throw RequestFailure("\(error)") }
    }
}
