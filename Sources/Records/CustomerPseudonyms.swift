import Crypto
import Foundation

/// Makes the pseudonymous tokens that stand for a customer in the facts part of a record.
///
/// A token is HMAC-SHA256 under the organisation's key, so that the same person gets the same token at every site, and
/// nobody without the key can try phone numbers against it. It survives the erasure of the personal part.
package struct CustomerPseudonyms: Sendable {
    /// Has taken in the key; copied for each token.
    private let code: HMAC<SHA256>

    /// From the organisation's key, 32 bytes; nil for any other number of them.
    package init?(key: some Collection<UInt8>) {
        guard key.count == 32 else { return nil }
        code = HMAC<SHA256>(key: SymmetricKey(data: Array(key)))
    }

    /// One token for each exact key that the customer gave. Name and address count only together, and only where there is no
    /// other key. Empty for an anonymous customer.
    package func tokens(for customer: Customer, at site: SiteID) -> [CustomerToken] {
        var tokens: [CustomerToken] = []
        if let number = CustomerKey.number(customer.number) { tokens.append(token(.number, number)) }
        switch CustomerKey.phone(customer.phone) {
        case .international(let phone): tokens.append(token(.phone, phone))
        case .local(let digits): tokens.append(token(.phone, "\(site)/\(digits)"))
        case nil: break
        }
        if let email = CustomerKey.email(customer.email) { tokens.append(token(.email, email)) }
        if tokens.isEmpty, !customer.name.isEmpty {
            let name = CustomerKey.folded(customer.name)
            tokens.append(token(.nameAddress, "\(site)/\(name)/\(CustomerKey.folded(customer.address))"))
        }
        return tokens
    }

    private func token(_ kind: CustomerToken.Kind, _ value: String) -> CustomerToken {
        var message = Data([UInt8(kind.rawValue)])
        message.append(contentsOf: value.utf8)
        var token = CustomerToken()
        token.kind = kind
        var code = code
        code.update(data: message)
        token.value = Data(code.finalize().prefix(16))
        return token
    }
}

/// The normal forms of a customer's exact keys.
package enum CustomerKey {
    package enum Phone: Hashable, Sendable {
        /// E.164, with the plus sign.
        case international(String)
        /// Digits without an area code: means something at one site only.
        case local(String)
    }

    /// Compatibility forms folded, spaces removed, upper case; nil when empty.
    package static func number(_ text: String) -> String? {
        let folded = folded(text).uppercased()
        return folded.isEmpty ? nil : folded
    }

    /// Reads a phone number; numbers without a country are read as Chinese ones. Nil when it is none (letters, or fewer
    /// than 5 or more than 15 digits).
    package static func phone(_ text: String) -> Phone? {
        var digits = ""
        var plus = false
        for character in folded(text) {
            switch character {
            case "0"..."9": digits.append(character)
            case "+" where digits.isEmpty && !plus: plus = true
            case "-", "(", ")", ".", "/", "·": continue
            default: return nil
            }
        }
        if !plus, digits.hasPrefix("00") {
            plus = true
            digits.removeFirst(2)
        }
        guard (5...15).contains(digits.count) else { return nil }
        if plus { return .international("+" + digits) }
        if digits.count == 11, digits.hasPrefix("1") { return .international("+86" + digits) }
        if digits.count == 13, digits.hasPrefix("861") { return .international("+" + digits) }
        if digits.hasPrefix("0"), (10...12).contains(digits.count) { return .international("+86" + digits.dropFirst()) }
        return .local(digits)
    }

    /// Lower case without spaces; nil when it cannot be an address.
    package static func email(_ text: String) -> String? {
        let folded = folded(text).lowercased()
        let parts = folded.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."),
            !parts[1].hasSuffix(".")
        else { return nil }
        return folded
    }

    static func folded(_ text: String) -> String {
        // What nothing is folded in.
        if text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return text }
        return String(text.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace })
    }
}
