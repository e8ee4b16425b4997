import Crypto
import Foundation
import Platform
import Records
import Storage
import ZeroMQ

/// Makes one-time codes for sites that are to join.
struct EnrolmentDesk: Sendable {
    /// How long a code is good when nobody says otherwise, and at most: whoever reads it can join in the site's name.
    static let standardHours = 72
    static let greatestHours = 24 * 30

    let store: RecordStore
    /// Where codes are to be presented; empty when strangers are not heard, or nobody said under which address.
    let endpoints: [String]
    /// Why codes cannot be made, if they cannot.
    let obstacle: String?

    /// Makes and notes a code. Its secret is in the answer and nowhere else.
    /// - Parameter keys: headquarters', that strangers find now.
    func makeCode(for site: SiteID, hours: Int?, keys: HeadquartersRotation.Pair, at now: Timestamp) throws -> SiteCode
    {
        if let obstacle { throw RequestFailure(obstacle) }
        let hours = hours ?? Self.standardHours
        guard (1...Self.greatestHours).contains(hours) else {
            throw RequestFailure("a code is good for 1 to \(Self.greatestHours) hours")
        }
        var random = SystemRandomNumberGenerator()
        var code = EnrolmentCode()
        code.site = site.text
        code.endpoints = endpoints
        code.curveKey = Data(keys.curve.publicKey.bytes)
        code.receiptKey = Data(keys.signing.verifyingKey.bytes)
        code.secret = Data(
            (0..<EnrolmentCode.secretLength).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        let expiresAt = now + .hours(hours)
        code.expiresAt = expiresAt.milliseconds
        let text = try code.text()
        try store.issueCode(
            for: site, secretDigest: Data(SHA256.hash(data: code.secret)), expiresAt: expiresAt, at: now)
        return SiteCode(id: site.text, code: text, expiresAt: expiresAt.rfc3339)
    }
}
