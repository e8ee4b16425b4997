import Platform
import Records
import Storage
import ZeroMQ

/// Who belongs: sites, their codes and keys, and administrators.
extension Administration {
    func addSite(_ request: SiteRequest) async throws -> SiteCode {
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
        return try await enrolment.makeCode(
            for: id, hours: request.validHours, keys: rotation.current, at: now)
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

    func makeCode(_ request: CodeRequest) async throws -> SiteCode {
        try await enrolment.makeCode(
            for: try site(request.id), hours: request.validHours, keys: rotation.current, at: SystemClock.wall)
    }

    /// Refuses a site's keys from now on, on living connections too.
    func revokeSite(_ request: SiteReference) async throws -> SiteReference {
        let id = try site(request.id)
        try store.revoke(id, at: SystemClock.wall)
        try registry.load(from: store)
        await server.revoked(id)
        return request
    }

    /// Notes from when on a site is expected, paused or retired.
    func changeLife(_ request: LifeRequest, by administrator: Administrator) throws -> LifeRequest {
        let id = try site(request.id)
        guard let state = SiteLife.State(rawValue: request.state) else {
            throw RequestFailure("a site is expected, paused or retired, not \(request.state)")
        }
        guard let site = registry.sites.first(where: { $0.id == id }) else {
            throw RequestFailure("no site \(id) is registered; see `huiyin site list`")
        }
        let now = SystemClock.wall
        let moment = { (text: String?) throws -> Timestamp? in
            guard let text else { return nil }
            guard let moment = Timestamp(text, in: site.zone) else {
                throw RequestFailure("\(text) is no date such as 2026-09-01")
            }
            return moment
        }
        let since = try moment(request.since) ?? now
        let until = try moment(request.until)
        if let until, until <= since { throw RequestFailure("the end must come after the beginning") }
        let reason = request.reason ?? ""
        try store.note(.init(since: since, state: state), of: id, by: administrator.name, reason: reason, at: now)
        if let until {
            try store.note(
                .init(since: until, state: .expected), of: id, by: administrator.name, reason: reason, at: now)
        }
        try registry.load(from: store)
        fold.wake()
        return LifeRequest(
            id: id.text, state: state.rawValue, since: since.text(in: site.zone), until: until?.text(in: site.zone),
            reason: reason)
    }

    /// Asks a site for new keys: now if it is there, else when it comes.
    func rotateSite(_ request: SiteReference) async throws -> SiteReference {
        let id = try site(request.id)
        try store.askRenewal(of: id, at: SystemClock.wall)
        try registry.load(from: store)
        await server.tell(id) { $0.renew = true }
        return request
    }

    /// Begins to replace headquarters' key, or says how far that is.
    func rotateHeadquarters(_ request: RotationRequest) async throws -> RotationReport {
        let now = SystemClock.wall
        if request.finish == true {
            try await rotation.finish(force: true, at: now)
        } else if request.begin == true {
            try await rotation.begin()
        }
        let state = try await rotation.state(at: now)
        return RotationReport(
            isUnderWay: state != nil, waitingSites: (state?.waitingSites ?? []).map(\.text),
            waitingCodes: (state?.waitingCodes ?? [:]).keys.sorted().map(\.text),
            headquartersKey: await rotation.current.curve.publicKey.z85, receiptKeys: try receiptKeys())
    }

    /// Headquarters' signing keys, the present one last.
    func receiptKeys() throws -> [ReceiptKey] {
        try store.ownSigningKeys().map {
            ReceiptKey(key: $0.key.hexadecimal, since: $0.since.rfc3339, until: $0.until?.rfc3339)
        }
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
