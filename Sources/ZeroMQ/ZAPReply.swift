/// An answer of the ZeroMQ Authentication Protocol 1.0 (RFC 27).
struct ZAPReply {
    /// The status codes used here. 300 (try again) is not: libzmq's client would hear nothing.
    enum Status: String {
        case allowed = "200"
        case denied = "400"
        case internalError = "500"
    }

    let status: Status
    let text: String
    /// Empty unless allowed.
    let userID: String

    /// Lets the peer in as `userID`; refuses (500) a user id that could not be read back as it was given.
    static func allow(_ userID: String) -> ZAPReply {
        // libzmq hands properties out as C strings: what follows a NUL would be cut off, and two users become one.
        guard (1...255).contains(userID.utf8.count), !userID.utf8.contains(0) else {
            return ZAPReply(status: .internalError, text: "user id is unusable", userID: "")
        }
        return ZAPReply(status: .allowed, text: "OK", userID: userID)
    }

    /// Refuses, with a reason that libzmq keeps to this end.
    static func refuse(_ status: Status, _ text: String) -> ZAPReply {
        ZAPReply(status: status, text: text, userID: "")
    }

    /// The frames: version, request id, status, text, user id, and no metadata.
    func message(to sender: ZAPRequest.Sender) -> Multipart {
        [sender.routingID, "", "1.0", sender.requestID, Message(status.rawValue), Message(text), Message(userID), ""]
    }
}
