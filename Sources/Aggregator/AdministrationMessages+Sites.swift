/// `site.add`. Without keys the site enrols by the code of the answer; with both they were carried here by hand.
package struct SiteRequest: Codable, Sendable {
    package var id: String
    package var name: String
    package var timeZone: String
    /// Z85.
    package var curveKey: String?
    /// 64 hexadecimal digits.
    package var signingKey: String?
    /// The day from which records are expected; today when absent.
    package var expectedFrom: String?
    /// How long the code is good, in hours.
    package var validHours: Int?

    package init(
        id: String, name: String, timeZone: String, curveKey: String? = nil, signingKey: String? = nil,
        expectedFrom: String? = nil, validHours: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.timeZone = timeZone
        self.curveKey = curveKey
        self.signingKey = signingKey
        self.expectedFrom = expectedFrom
        self.validHours = validHours
    }
}

/// `site.code`: a new code for a registered site; the keys that it has are good until the code is used.
package struct CodeRequest: Codable, Sendable {
    package var id: String
    package var validHours: Int?

    package init(id: String, validHours: Int? = nil) {
        self.id = id
        self.validHours = validHours
    }
}

/// The answer of `site.add` and `site.code`.
package struct SiteCode: Codable, Sendable {
    package var id: String
    /// Nil where the keys were carried by hand.
    package var code: String?
    package var expiresAt: String?
}

/// `site.revoke`, and other requests that only name a site.
package struct SiteReference: Codable, Sendable {
    package var id: String
    package init(id: String) { self.id = id }
}

/// `administrator.add`, and one line of `administrator.list`.
package struct AdministratorEntry: Codable, Sendable {
    package var name: String
    /// Z85.
    package var curveKey: String
    /// `full` or `read-only`; full when absent.
    package var rights: String?

    package init(name: String, curveKey: String, rights: String?) {
        self.name = name
        self.curveKey = curveKey
        self.rights = rights
    }
}

/// `administrator.revoke`.
package struct AdministratorReference: Codable, Sendable {
    package var name: String
    package init(name: String) { self.name = name }
}

/// `headquarters.rotate`: with neither it only says how far it is.
package struct RotationRequest: Codable, Sendable {
    package var begin: Bool?
    /// End it although sites wait, which must then be visited.
    package var finish: Bool?

    package init(begin: Bool? = nil, finish: Bool? = nil) {
        self.begin = begin
        self.finish = finish
    }
}

/// How far the replacement of headquarters' key is.
package struct RotationReport: Codable, Sendable {
    package var isUnderWay: Bool
    /// Sites that have not said yet that they keep the new key.
    package var waitingSites: [String]
    /// Sites whose unused codes name the old key.
    package var waitingCodes: [String]
    /// Z85, the one where sites connect.
    package var headquartersKey: String
    /// The present one is the last.
    package var receiptKeys: [ReceiptKey]
}

/// A key by which headquarters signs or signed receipts.
package struct ReceiptKey: Codable, Sendable {
    /// 64 hexadecimal digits.
    package var key: String
    package var since: String
    /// When the next one took over.
    package var until: String?
}

/// `site.life`: what a site is from a moment on.
package struct LifeRequest: Codable, Sendable {
    package var id: String
    /// expected, paused or retired.
    package var state: String
    /// A day or moment by the site's zone; now when absent.
    package var since: String?
    /// When it is expected again.
    package var until: String?
    package var reason: String?

    package init(id: String, state: String, since: String?, until: String? = nil, reason: String? = nil) {
        self.id = id
        self.state = state
        self.since = since
        self.until = until
        self.reason = reason
    }
}
