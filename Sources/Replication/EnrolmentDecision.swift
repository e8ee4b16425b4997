import Foundation
package import Records

/// A one-time code as headquarters keeps it.
package struct IssuedCode: Sendable, Equatable {
    /// The keys that used it.
    package struct Use: Sendable, Equatable {
        /// Z85 or bytes: compared only.
        package var curveKey: String
        package var signingKey: String

        package init(curveKey: String, signingKey: String) {
            self.curveKey = curveKey
            self.signingKey = signingKey
        }
    }

    package var expiresAt: Timestamp
    /// Nil until it is used.
    package var use: Use?
    /// The keys that used it are refused by now: revoked, or replaced.
    package var isRevoked: Bool

    package init(expiresAt: Timestamp, use: Use? = nil, isRevoked: Bool = false) {
        self.expiresAt = expiresAt
        self.use = use
        self.isRevoked = isRevoked
    }
}

/// What becomes of somebody who presents a code.
package enum EnrolmentDecision: Sendable, Equatable {
    /// The keys are registered now, and the code is used up.
    case register
    /// These keys used this code before: the answer had been lost.
    case repeated
    case refuse(Exchange.Enrolled.Refusal)

    /// - Parameters:
    ///   - code: the one whose secret was presented; nil when there is none.
    ///   - keys: what was presented, its proof checked.
    package static func decide(_ code: IssuedCode?, keys: IssuedCode.Use, at now: Timestamp) -> EnrolmentDecision {
        guard let code else { return .refuse(.unknown) }
        if let use = code.use {
            // Also after its end: it was used in time, and only the answer is told again.
            return use == keys && !code.isRevoked ? .repeated : .refuse(.used)
        }
        return now < code.expiresAt ? .register : .refuse(.expired)
    }
}

extension Exchange.Enrolled.Refusal {
    /// What it means and what to do about it.
    package var sentence: String {
        switch self {
        case .unknown: "headquarters knows no such code; ask for a new one (`huiyin site code`)"
        case .expired: "the code has expired; ask for a new one (`huiyin site code`)"
        case .used:
            "the code was used already by another key; ask for a new one (`huiyin site code`), and whether somebody else took it"
        case .malformed: "headquarters could not read the request; update the older program"
        case .keyTaken: "the key is registered for somebody else; make a new folder"
        case .overload: "too many attempts; try again in a minute"
        case .unspecified, .UNRECOGNIZED: "headquarters refused, for an unknown reason"
        }
    }
}
