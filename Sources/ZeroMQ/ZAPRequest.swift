/// A request of the ZeroMQ Authentication Protocol 1.0 (RFC 27), as a router receives it: routing id, empty delimiter,
/// version, request id, domain, address, identity, mechanism, credentials.
struct ZAPRequest {
    /// Whom to answer: routing id and request id.
    struct Sender {
        let routingID: Message
        let requestID: Message
    }

    let sender: Sender
    let key: CurvePublicKey
    let domain: String
    let address: String

    /// Longest domain and address taken, in bytes (RFC 27).
    static let longestText = 255
    /// Longest request id taken, in bytes (RFC 27 lets the peer choose up to 255).
    static let longestRequestID = 255

    /// Why a request cannot be decided. `sender` is missing where not even an answer can be addressed.
    struct Malformed: Error {
        let sender: Sender?
        let status: ZAPReply.Status
        let text: String
    }

    /// Reads a request, believing nothing about it.
    init(_ message: Multipart) throws(Malformed) {
        guard message.count >= 4, message[1].isEmpty, message[3].count <= Self.longestRequestID else {
            throw Malformed(sender: nil, status: .internalError, text: "not a ZAP request")
        }
        let sender = Sender(routingID: message[0], requestID: message[3])
        func malformed(_ status: ZAPReply.Status, _ text: String) -> Malformed {
            Malformed(sender: sender, status: status, text: text)
        }
        guard message[2] == "1.0" else { throw malformed(.internalError, "ZAP version is not 1.0") }
        guard message.count >= 8 else { throw malformed(.internalError, "ZAP request has too few frames") }
        guard message[7] == "CURVE" else { throw malformed(.denied, "CURVE only") }
        guard message.count == 9, let key = try? CurvePublicKey(message[8].bytes) else {
            // The reason why the key was refused is the one given here.
            throw malformed(.denied, "CURVE credentials are one key of 32 bytes")
        }
        guard let domain = Self.text(message[4]), !domain.isEmpty, let address = Self.text(message[5]) else {
            throw malformed(.denied, "domain or address is unusable")
        }
        self.sender = sender
        self.key = key
        self.domain = domain
        self.address = address
    }

    private static func text(_ frame: Message) -> String? {
        frame.count <= longestText ? frame.text : nil
    }
}
